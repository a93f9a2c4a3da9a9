import type { Session, SessionManager, Store } from '@mako-session/core'
import { type Circumstances, keyIn, type SharedSession } from './circumstances.ts'
import type { RequestOutcome } from './interleaved-request.ts'
import { RecordCopies } from './record-copies.ts'
import { type ActName, type RequestAct, requestActs } from './request-acts.ts'
import type { ReusedManager } from './reused-manager.ts'
import type { StoreCall } from './scheduled-store.ts'

/** A request, its outcome, and what its act means. */
export interface Answer extends RequestOutcome {
  /** The number of the request. */
  readonly request: number
  readonly name: ActName
  readonly act: RequestAct
  /** The user whom it logs in. */
  readonly user: string | undefined
  /** Whether it came with an id that was replaced before any of the requests came. */
  readonly isLatecomer: boolean
}

/** What is known of a scenario before its requests begin. */
export interface HistoryStart {
  /** With what the checks look at sessions. */
  readonly manager: ReusedManager
  readonly now: number
  readonly circumstances: Circumstances
  readonly shared: SharedSession
}

/** What the requests of a scenario did, and what is stored at the end. Checks change only copies of that. */
export class History {
  readonly circumstances: Circumstances
  readonly shared: SharedSession
  readonly answers: readonly Answer[]
  /** All store calls of the requests in the order in which they were made. */
  readonly calls: readonly (StoreCall & { readonly request: number })[]
  readonly records: RecordCopies
  readonly #start: HistoryStart
  readonly #loaded = new Map<string | undefined, Session>()

  private constructor(
    start: HistoryStart,
    answers: readonly Answer[],
    order: readonly number[],
    records: RecordCopies,
  ) {
    this.circumstances = start.circumstances
    this.shared = start.shared
    this.#start = start
    this.answers = answers
    this.calls = inOrder(answers, order)
    this.records = records
  }

  /** `order` holds the number of the request that made each store call. */
  static async of(
    start: HistoryStart,
    store: Store,
    outcomes: readonly (RequestOutcome & { readonly name: ActName })[],
    order: readonly number[],
  ): Promise<History> {
    const { latecomers } = start.circumstances.replaced ?? {}
    const answers = outcomes.map((outcome, request): Answer => {
      const act: RequestAct = requestActs[outcome.name]
      const isLatecomer = latecomers === 'all' || (latecomers === 'first' && request === 0)
      return { ...outcome, request, act, user: act.logsIn?.(request), isLatecomer }
    })
    const keys = answers.flatMap(({ calls }) => calls.map(({ key }) => key))
    const records = await RecordCopies.of(store, [start.shared.key, ...keys])
    return new History(start, answers, order, records)
  }

  /** The session of a cookie, from what is stored at the end: to look at, not to change. */
  async load(cookie: string | undefined): Promise<Session> {
    const loaded = this.#loaded.get(cookie) ?? (await this.sessions(this.records).load(cookie))
    this.#loaded.set(cookie, loaded)
    return loaded
  }

  /** A manager over a copy of the records, some seconds later. It serves until this is called again. */
  sessions(records: RecordCopies, secondsLater = 0): SessionManager {
    const { manager, now } = this.#start
    return manager.over(records, now + secondsLater * 1_000)
  }

  /** Whether a cookie belongs to the session that the requests share. */
  isShared(cookie: string | undefined): boolean {
    return cookie !== undefined && keyIn(cookie) === this.shared.key
  }

  /** The shared session, opened by the first cookie that opens it. */
  async survivor(): Promise<Session | undefined> {
    for (const cookie of [this.shared.cookie, ...this.answers.map((answer) => answer.cookie)]) {
      if (!this.isShared(cookie)) continue
      const session = await this.load(cookie)
      if (!session.isNew) return session
    }
    return undefined
  }

  /** Whether the record was there when the request loaded, and its id current, or replaced within the grace. */
  knew({ request, isLatecomer, wasSuperseded }: Answer): boolean {
    // Another request may have replaced the id once more, which begins the grace anew.
    if (isLatecomer && this.circumstances.replaced?.isLongAgo && !wasSuperseded) return false
    return this.calls.find((call) => call.request === request)?.isDone ?? false
  }

  /** Whether the visitor was answered that the session ended. */
  hasEnded(answer: Answer): boolean {
    const { act, user, error, loadedUser } = answer
    const replacesUser = user !== undefined && loadedUser !== undefined && user !== loadedUser
    return error === undefined && this.knew(answer) && (act.ends === true || replacesUser)
  }

  /** Whether the request removed the last value, and the session ended by that. */
  hasEmptied({ name, error, wasFound, isCookieCleared }: Answer): boolean {
    return name === 'remove everything' && error === undefined && wasFound && isCookieCleared
  }

  isEndedByOther(answer: Answer): boolean {
    return this.answers.some((other) => other !== answer && this.hasEnded(other))
  }

  get isEnded(): boolean {
    return this.answers.some((answer) => this.hasEnded(answer) || this.hasEmptied(answer))
  }

  /** Whether what was put before the requests came is still to be there at the end. */
  get isBaseOwed(): boolean {
    const isRemoved = this.answers.some((it) => it.name === 'remove everything' && !it.error)
    return !this.isEnded && !isRemoved
  }

  /** The position among all calls of the last write of a request to the shared record; -1 if it has none. */
  lastWriteOf({ request }: Answer): number {
    return this.calls.findLastIndex(
      (call) =>
        call.request === request &&
        call.operation === 'update' &&
        call.isDone &&
        call.key === this.shared.key,
    )
  }

  /** The answers that gave a new id of the shared session, in the order of their writes. */
  get rotations(): readonly Answer[] {
    return this.answers
      .filter(
        ({ act, user, cookie }) =>
          this.isShared(cookie) && (act.regenerates === true || user !== undefined),
      )
      .sort((one, other) => this.lastWriteOf(one) - this.lastWriteOf(other))
  }

  /** The answer that replaced the current id. All later rotations are logins that joined it. */
  get replacement(): Answer | undefined {
    return this.rotations.find(({ isLatecomer }) => !isLatecomer)
  }

  toString(): string {
    const calls = this.calls.map(({ request, operation, isDone, key }) => {
      return `${request} ${operation}${isDone ? '' : ' (no)'}${this.shared.key === key ? '' : ' of another key'}`
    })
    const answers = this.answers.map(({ name, error, cookie, isCookieCleared }) => {
      const given = cookie && (this.isShared(cookie) ? 'a cookie' : 'a cookie of another key')
      return `${name}: ${[error ?? 'ok', given, isCookieCleared && 'no cookie any more'].filter(Boolean).join(', ')}`
    })
    return `${JSON.stringify(this.circumstances)}\n${answers.join('\n')}\n${calls.join(', ')}`
  }
}

/** Puts the calls of several requests in the order in which the requests made them. */
function inOrder(answers: readonly Answer[], order: readonly number[]) {
  const next = answers.map(() => 0)
  return order.flatMap((request) => {
    const index = next[request] ?? 0
    next[request] = index + 1
    const call = answers[request]?.calls[index]
    return call ? [{ ...call, request }] : []
  })
}
