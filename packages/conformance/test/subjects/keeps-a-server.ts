import { once } from 'node:events'
import { createServer } from 'node:net'

export { memorySubject as subject } from '../memory-subject.ts'

export const server = createServer().listen(0, '127.0.0.1')
await once(server, 'listening')
