import { lstat, open } from 'node:fs/promises'
import { withLockIfFree } from '../src/file-lock.ts'

// Tries to take a lock. Its only thread for files gets stuck at a FIFO once it has looked at the lock,
// and before it acts upon what it saw.
const [head = '', fifo = ''] = process.argv.slice(2)
const taking = withLockIfFree(head, async () => true)
const looked = lstat(head)
const stuck = open(fifo)
await looked
process.send?.('looked')
process.send?.((await taking) ?? false)
await (await stuck).close()
