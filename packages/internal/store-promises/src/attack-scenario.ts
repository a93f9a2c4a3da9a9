import { MemoryStore, type Session } from '@mako-session/core'
import type { AttackerRole, VictimRole } from './attack-roles.ts'
import { expectPromise } from './broken-promise.ts'
import { keyIn, type SharedSession, storeSharedSession } from './circumstances.ts'
import { makeRequest, type RequestOutcome, type RequestStep } from './interleaved-request.ts'
import { grace } from './request-acts.ts'
import { ReusedManager, type SessionManagerClass } from './reused-manager.ts'
import { exploreSchedules, type Turn } from './schedule-explorer.ts'

/** A victim and somebody who has his id, at the same time. */
export interface Attack {
  readonly victim: VictimRole
  readonly attacker: AttackerRole
  /** How many requests the attacker makes. */
  readonly tries: number
  readonly isLoggedIn: boolean
}

/** The requests of one of the two, and the cookie that he has after them. */
interface Played {
  readonly outcomes: readonly RequestOutcome[]
  readonly jar: string
}

/**
 * Runs an attack in every order of store calls, and resolves the number of orders.
 * @throws {BrokenPromise} when the attacker gets at what came after the login, changes it, or goes on
 * after a logout.
 */
export async function exploreAttack(Manager: SessionManagerClass, attack: Attack): Promise<number> {
  const managers = [0, 1].map(() => new ReusedManager(Manager))
  const checking = new ReusedManager(Manager)
  return exploreSchedules(async (turnOf) => {
    const store = new MemoryStore()
    const now = Date.now()
    const shared = await storeSharedSession(checking, store, now, { isLoggedIn: attack.isLoggedIn })
    const order: number[] = []
    const play = async (actor: 0 | 1, requests: readonly (readonly RequestStep[])[]) => {
      const manager = managers[actor]
      if (!manager) throw new Error('There are two managers')
      const turn: Turn = async () => {
        await turnOf(actor)()
        order.push(actor)
      }
      const outcomes: RequestOutcome[] = []
      let jar = shared.cookie
      for (const steps of requests) {
        // The attacker always comes with the id that he has stolen.
        const cookie = actor === 0 ? jar : shared.cookie
        const given = { now, cookie, steps, isResending: false }
        const outcome = await makeRequest(manager, store, given, turn)
        jar = outcome.isCookieCleared ? '' : (outcome.cookie ?? jar)
        outcomes.push(outcome)
      }
      return { outcomes, jar }
    }
    const tries = Array.from({ length: attack.tries }, () => {
      return [['getData'], ...attack.attacker.steps] as const
    })
    const requests = [play(0, attack.victim.requests), play(1, tries)] as const
    const check = async () => {
      const [victim, attacker] = await Promise.all(requests)
      const load = (cookie: string, seconds = 0) =>
        checking.over(store, now + seconds * 1_000).load(cookie)
      await new AttackCheck(attack, shared, victim, attacker, order, load).run()
    }
    return { requests, check }
  })
}

class AttackCheck {
  readonly #attack: Attack
  readonly #shared: SharedSession
  readonly #victim: Played
  readonly #attacker: Played
  readonly #order: readonly number[]
  readonly #load: (cookie: string, seconds?: number) => Promise<Session>

  constructor(
    attack: Attack,
    shared: SharedSession,
    victim: Played,
    attacker: Played,
    order: readonly number[],
    load: (cookie: string, seconds?: number) => Promise<Session>,
  ) {
    this.#attack = attack
    this.#shared = shared
    this.#victim = victim
    this.#attacker = attacker
    this.#order = order
    this.#load = load
  }

  async run(): Promise<void> {
    for (const { results } of this.#attacker.outcomes) {
      const saw = typeof results[0] === 'object' && results[0] !== null && 'secret' in results[0]
      expectPromise(!saw, 'P2', 'the attacker saw what came after')
    }
    const cookies = this.#attacker.outcomes.flatMap(({ cookie }) => cookie ?? [])
    for (const cookie of [this.#shared.cookie, ...cookies]) {
      for (const seconds of [0, grace + 5]) {
        this.#checkReached(await this.#load(cookie, seconds))
      }
    }
    await this.#checkPlanted()
  }

  /** Looks at a session that the attacker can open. */
  #checkReached(session: Session): void {
    const { victim, attacker } = this.#attack
    const hasSecret = session.has('secret')
    // A password and an id from before are enough to join a login, until the next change of the id.
    const mayJoin = attacker.knowsPassword && !victim.hasSecondFactor
    expectPromise(!hasSecret || mayJoin === true, 'P2', 'the attacker reads what came after')
    if (attacker.knowsPassword) return
    const isVictim = victim.user !== undefined && session.userId === victim.user
    // Who steals the session of a user is that user, in what was stored until then.
    const wasVictim = victim.user === this.#shared.user
    expectPromise(!isVictim || wasVictim, 'P2', 'the attacker is the victim')
    if (!victim.logsOut || !this.#hasSucceeded()) return
    const goesOn = session.has('base') || session.userId === this.#shared.user
    expectPromise(!goesOn, 'P11', 'the victim logged out, and the attacker goes on')
  }

  #hasSucceeded(): boolean {
    return this.#victim.outcomes.every(({ error }) => error === undefined)
  }

  /** What the attacker put is in the session of the victim only if he put it before the login. */
  async #checkPlanted(): Promise<void> {
    const session = await this.#load(this.#victim.jar)
    const value = session.get('object 0')
    const isInPlace = typeof value === 'object' && value !== null && 'planted' in value
    if (!session.has('planted') && !session.hasFlash('planted') && !isInPlace) return
    const replaced = this.#positionsOf(0, this.#victim)[0] ?? Number.POSITIVE_INFINITY
    const planted = this.#positionsOf(1, this.#attacker).at(-1) ?? -1
    expectPromise(planted < replaced, 'P2', 'the attacker changed what came after')
  }

  /** Where, among all store calls, the writes of one of the two were made. */
  #positionsOf(actor: number, { outcomes }: Played): number[] {
    const calls = outcomes.flatMap((outcome) => outcome.calls)
    let next = 0
    return this.#order.flatMap((made, position) => {
      if (made !== actor) return []
      const call = calls[next++]
      const isWrite = call?.isDone && (call.operation === 'update' || call.operation === 'create')
      return isWrite && keyIn(this.#victim.jar) === call.key ? [position] : []
    })
  }
}
