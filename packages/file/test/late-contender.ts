import { lstat, open } from 'node:fs/promises'
import { withLockIfFree } from '../src/file-lock.ts'

// Tries to take a lock. Its only thread for files hangs in opening a FIFO, after it has looked at the lock and
// before it does anything about it. It goes on when the test opens the FIFO too.
const [head = '', fifo = ''] = process.argv.slice(2)
const taking = withLockIfFree(head, async () => true)
const looked = lstat(head)
const stuck = open(fifo)
await looked
process.send?.('looked')
process.send?.((await taking) ?? false)
await (await stuck).close()
