import { once } from 'node:events'
import { createServer } from 'node:net'
import type { RunOptions } from '../../src/run-options.ts'

export { memorySubject as subject } from '../memory-subject.ts'

export const server = createServer().listen(0, '127.0.0.1')
await once(server, 'listening')

/** The command waits one second for the open server to close. */
export const options: RunOptions = { timeLimit: 1 }
