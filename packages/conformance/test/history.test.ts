import { describe, expect, it } from 'vitest'
import { checkHistory, type WriteAttempt } from '../src/operations/check-history.ts'

describe('checkHistory', () => {
  it('finds no problem where each write replaced the one before', () => {
    const attempts = [write(0, 5, 'a', 'b'), refused(1, 6, 'a', 'x'), write(7, 9, 'b', 'c')]
    expect(check(attempts)).toEqual([])
    expect(checkHistory({ initial: 'a', final: 'a', attempts: [] })).toEqual([])
  })

  it('allows a read of a version whose write is not answered yet', () => {
    expect(check([write(0, 9, 'a', 'b'), write(2, 4, 'b', 'c')])).toEqual([])
  })

  it('finds a fork: two writes that replaced the same version', () => {
    const problems = check([write(0, 5, 'a', 'b'), write(1, 6, 'a', 'c')])
    expect(problems).toContain('fork: two acknowledged writes replaced version a')
  })

  it('finds a write that was lost', () => {
    expect(check([write(0, 1, 'a', 'b')])).toEqual([
      'broken chain: the last write was b, but the record has c',
    ])
    const problems = check([write(0, 1, 'a', 'c'), write(2, 3, 'x', 'y')])
    expect(problems).toContain(
      'broken chain: 1 acknowledged writes do not follow from the initial version',
    )
    expect(problems).toContain(
      'broken chain: version x was read, but no acknowledged write made it',
    )
  })

  it('finds a refused write that took effect', () => {
    const problems = check([refused(0, 1, 'a', 'b'), write(2, 3, 'b', 'c')])
    expect(problems).not.toEqual([])
  })

  it('finds a stale read, also when its update was refused', () => {
    const attempts = [write(0, 1, 'a', 'b'), write(2, 3, 'b', 'c'), refused(4, 5, 'b', 'x')]
    expect(check(attempts)).toEqual(['stale read: b was read after c was written'])
  })

  it('finds a read of a version that was not written yet', () => {
    const problems = check([write(6, 9, 'a', 'b'), write(2, 4, 'b', 'c')])
    expect(problems).toContain('broken chain: b was read before its write had started')
  })

  it('finds a refusal for which there was no reason', () => {
    const problems = check([refused(0, 1, 'a', 'x'), write(2, 3, 'a', 'c')])
    expect(problems).toEqual(['baseless refusal: no write had replaced version a'])
  })
})

function check(attempts: readonly WriteAttempt[]): readonly string[] {
  return checkHistory({ initial: 'a', final: 'c', attempts })
}

function write(startedAt: number, endedAt: number, base: string, version: string): WriteAttempt {
  return { startedAt, endedAt, base, version, acknowledged: true }
}

function refused(startedAt: number, endedAt: number, base: string, version: string): WriteAttempt {
  return { startedAt, endedAt, base, version, acknowledged: false }
}
