import { once } from 'node:events'
import { withLockIfFree } from '../src/file-lock.ts'

// Each message is the name of a lock. Tries to take the lock and sends whether it did. If it did, it holds
// the lock until the next message.
process.send?.('ready')
for (;;) {
  const [head] = await once(process, 'message')
  const took = await withLockIfFree(head, async () => {
    process.send?.(true)
    await once(process, 'message')
    return true
  })
  process.send?.(took ? 'released' : false)
}
