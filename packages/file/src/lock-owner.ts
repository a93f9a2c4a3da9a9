import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hasCode } from './has-code.ts'

/** The process that made a lock; its text is `pid.startedAt.nonce`. */
export interface LockOwner {
  readonly pid: number
  /** When the process started, in clock ticks since boot. A pid alone is not enough: pids are used again. */
  readonly startedAt: string
  /** Random, made anew for each attempt, so that no two attempts write the same text. */
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

/** The owner that a text names; `undefined` for a text that {@link newOwnerText} does not make. */
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
  // A killed process stays listed, as a zombie, until its parent waits for it. It holds nothing any more,
  // unless it still has other threads: one of them can be in the middle of a rename.
  const isZombie = status.state === 'Z' || status.state === 'X'
  return !isZombie || status.threads > 1
}

function ownStart(): string {
  startOfThisProcess ??= readStatus('self')?.startedAt ?? unknownStart
  return startOfThisProcess
}

/** Reads /proc. `undefined` where the platform has no /proc (macOS), or where there is no such process. */
function readStatus(pid: number | 'self'): ProcessStatus | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined
    throw error
  }
  // The second field is the program's name in parentheses. The name itself may hold parentheses.
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
