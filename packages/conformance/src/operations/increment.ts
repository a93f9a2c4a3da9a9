import assert from 'node:assert/strict'
import type { Store } from '@mako-session/core'
import type { WriteAttempt } from './check-history.ts'
import type { SeededRandom } from './seeded-random.ts'

/**
 * Adds one to the number in a record until `times` updates were acknowledged. Each attempt reads, pauses for
 * a random time, and updates the version that was read. Resolves every attempt, for `checkHistory`.
 *
 * @throws when read resolves undefined, or hardly any update is acknowledged.
 */
export async function increment(
  store: Pick<Store, 'read' | 'update'>,
  key: string,
  times: number,
  random: SeededRandom,
): Promise<WriteAttempt[]> {
  const attempts: WriteAttempt[] = []
  let done = 0
  while (done < times) {
    assert.ok(
      attempts.length < 100 * times,
      `update resolved false in nearly all of ${attempts.length} attempts`,
    )
    const startedAt = monotonicNow()
    const current = await store.read(key)
    assert.ok(current, 'read of a live record resolved undefined')
    await random.pause()
    const version = random.version()
    const payload = String(Number(current.payload) + 1)
    const acknowledged = await store.update(key, current.version, { version, payload, ttl: 3_600 })
    attempts.push({
      startedAt,
      endedAt: monotonicNow(),
      base: current.version,
      version,
      acknowledged,
    })
    if (acknowledged) done += 1
    else await random.pause()
  }
  return attempts
}

/** Microseconds by a clock that all processes of a machine share. */
function monotonicNow(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}
