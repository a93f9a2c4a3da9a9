import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hasCode } from './has-code.ts'

/** Who made a lock: written `pid.startedAt.nonce`. */
export interface LockOwner {
  readonly pid: number
  /** When the process started, in clock ticks since boot: a pid alone is used again. */
  readonly startedAt: string
  /** Random, made anew for each attempt: no two attempts ever write the same text. */
  readonly nonce: string
}

interface ProcessStatus {
  readonly state: string
  readonly threads: number
  readonly startedAt: string
}

const pattern = /^([1-9]\d{0,9})\.(\d{1,20})\.([0-9a-f]{16})$/
const unknownStart = '0'

let startOfThisProcess: string | undefined

/** The text of a new attempt of this process to own a lock. */
export function newOwnerText(): string {
  return `${process.pid}.${ownStart()}.${randomBytes(8).toString('hex')}`
}

/** The owner that a text names, `undefined` when it is not such a text. */
export function parseOwner(text: string): LockOwner | undefined {
  const [, pid, startedAt, nonce] = pattern.exec(text) ?? []
  if (pid === undefined || startedAt === undefined || nonce === undefined) return undefined
  return { pid: Number(pid), startedAt, nonce }
}

/** Whether the process that made the lock still runs, on this host and in this pid namespace. */
export function isAlive(owner: LockOwner): boolean {
  if (owner.startedAt === unknownStart || ownStart() === unknownStart)
    return answersSignals(owner.pid)
  const status = readStatus(owner.pid)
  if (status?.startedAt !== owner.startedAt) return false
  // Of a killed process that nobody has waited for only the entry is left, and it holds nothing. But
  // while it has other threads, one of them can still be inside the rename that it was killed in.
  const isZombie = status.state === 'Z' || status.state === 'X'
  return !isZombie || status.threads > 1
}

function ownStart(): string {
  startOfThisProcess ??= readStatus('self')?.startedAt ?? unknownStart
  return startOfThisProcess
}

/** Reads /proc, which not every platform has: `undefined` without it or without that process. */
function readStatus(pid: number | 'self'): ProcessStatus | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined
    throw error
  }
  // The second field is the name of the program in parentheses, and may hold both of them.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state = '', threads = '', startedAt = ''] = [fields[0], fields[17], fields[19]]
  return { state, threads: Number(threads), startedAt }
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false
    if (hasCode(error, 'EPERM')) return true
    throw error
  }
}
