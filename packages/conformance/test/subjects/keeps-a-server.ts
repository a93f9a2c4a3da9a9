import { once } from 'node:events'
import { createServer } from 'node:net'
import type { RunOptions } from '../../src/run-options.ts'

export { memorySubject as subject } from '../memory-subject.ts'

export const server = createServer().listen(0, '127.0.0.1')
await once(server, 'listening')

/** What is left open is waited for no longer than that. */
export const options: RunOptions = { timeLimit: 1 }
