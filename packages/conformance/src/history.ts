export { checkHistory, type History, type WriteAttempt } from './operations/check-history.ts'
