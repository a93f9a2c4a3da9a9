export { withSession } from './http/with-session.ts'
