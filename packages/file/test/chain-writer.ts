import { randomBytes } from 'node:crypto'
import { FileStore } from '../src/index.ts'

/** What a chain writer stores; it also sends it, without the filler, when the write has resolved. */
export interface Chain {
  readonly count: number
  /** The versions of the latest writes, the newest last. They show which write was based on which. */
  readonly versions: readonly string[]
  /** Makes the record larger than one page of memory, so that a torn write would show. */
  readonly filler: string
}

const [directory = '', key = ''] = process.argv.slice(2)
const store = new FileStore(directory)
for (;;) {
  const base = await store.read(key)
  if (!base) throw new Error('The session is gone')
  const { count, versions, filler }: Chain = JSON.parse(base.payload)
  const version = randomBytes(16).toString('base64url')
  const next: Chain = { count: count + 1, versions: [...versions.slice(-50), version], filler }
  const payload = JSON.stringify(next)
  if (!(await store.update(key, base.version, { version, payload, ttl: 3_600 }))) continue
  process.send?.({ ...next, filler: '' })
}
