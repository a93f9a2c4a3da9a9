import { MemoryStore } from '@mako-session/core'
import type { Comparison } from './comparison.ts'
import { inProcess } from './in-process.ts'
import { ourRequests } from './our-session.ts'
import { handWritten, parsed, verifiedId } from './signed-session.ts'

/** The core alone: load, read, commit, over a store in memory. */
export async function coreComparisons(): Promise<Comparison[]> {
  const request = await ourRequests(new MemoryStore())
  const { cookie, id, json } = handWritten()
  const memory = new Map([[id, json]])
  return [
    {
      name: 'core, read-only',
      ours: inProcess(request('/read')),
      theirs: inProcess(async () => {
        const known = verifiedId(`a=b; ${cookie}`)
        const session = parsed(known, await Promise.resolve(memory.get(known) ?? ''))
        return session.data.name
      }),
      against: 'HMAC, hash and JSON.parse by hand',
      target: 1.6,
      targetOf: 'micros',
      times: 20_000,
    },
    {
      name: 'core, a value changed in place',
      ours: inProcess(request('/change-in-place')),
      theirs: inProcess(request('/put')),
      against: 'put of a changed copy',
      target: 1.1,
      targetOf: 'micros',
      times: 10_000,
    },
  ]
}
