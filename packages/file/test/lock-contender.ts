import { once } from 'node:events'
import { withLockIfFree } from '../src/file-lock.ts'

// Told the name of a lock, tries to take it, says whether it did, and holds it until told anything else.
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
