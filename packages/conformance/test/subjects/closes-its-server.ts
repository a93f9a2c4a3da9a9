import { server } from './keeps-a-server.ts'

export { memorySubject as subject } from '../memory-subject.ts'

export function teardown(): void {
  server.close()
}
