export { memorySubject as subject } from '../memory-subject.ts'
