import {
  type CookieOptions,
  type ResolvedCookieOptions,
  resolveCookieOptions,
} from './cookie/cookie-options.ts'
import { checkOptionNames } from './options/check-option-names.ts'
import { checkWholeNumber } from './options/check-whole-number.ts'
import { durationInWords } from './options/duration-in-words.ts'
import { optionsThatAreSet } from './options/options-that-are-set.ts'
import type { SessionLifetimeOptions } from './record/session-lifetime.ts'
import type { SessionRecordsOptions } from './record/session-records.ts'
import type { AtLeastOne } from './secrets/derive-keys.ts'
import type { Store } from './store.ts'
import { type Serializer, strictJson } from './values/strict-json.ts'

/** Options of `SessionManager`. */
export interface SessionOptions {
  /** Where the sessions are kept. */
  readonly store: Store
  /**
   * One or several application secrets, each of at least 32 bytes: the first one signs, all of them
   * verify. Rotate in four steps, each on all servers before the next: `[old]`, `[old, new]`,
   * `[new, old]`, `[new]`.
   */
  readonly secrets: string | readonly string[] | undefined
  /**
   * Seconds without use after which a session ends, at most `absoluteTimeout`.
   * @default 1800, or absoluteTimeout where that is shorter
   */
  readonly idleTimeout?: number
  /**
   * Seconds after which a session ends even if it is in use, or `false` for never. They count from the
   * last `bindUser`, without a user from the first store.
   * @default 43_200
   */
  readonly absoluteTimeout?: number | false
  /**
   * Seconds after which a request that changes nothing renews its session. An idle session may end
   * this much early, never late.
   * @default the smaller of 60 and idleTimeout / 10, rounded down
   */
  readonly renewInterval?: number
  /** The attributes of the session cookie. */
  readonly cookie?: CookieOptions
  /** Turns values into text and back. @default strict JSON, which throws for what it cannot keep */
  readonly serializer?: Serializer
  /** The largest session that is stored, in bytes of UTF-8. @default 65_536 */
  readonly maxPayloadBytes?: number
  /** Seconds that one call of the store may take, clean-ups excepted. @default 5 */
  readonly storeTimeout?: number
  /**
   * Seconds between clean-ups of the store, give or take a tenth. The first `load` begins them. With
   * `false`, only calls of `gc()` clean up.
   * @default 300
   */
  readonly gcInterval?: number | false
  /**
   * What a commit does with changes to a session that was deleted or timed out meanwhile: drop them, or
   * throw `ERR_SESSION_LOST`. Either way the event `lost` is published. (A request whose id was replaced
   * throws `ERR_SESSION_SUPERSEDED`, whatever is set here.)
   * @default 'ignore'
   */
  readonly onLost?: 'ignore' | 'throw'
  /** The current time in milliseconds, for tests. @default () => Date.now() */
  readonly clock?: () => number
}

/** {@link SessionOptions} with their defaults, checked. */
export interface ResolvedSessionOptions extends SessionLifetimeOptions, SessionRecordsOptions {
  readonly cookie: ResolvedCookieOptions
  readonly serializer: Serializer
  readonly gcInterval: number | false
  readonly onLost: 'ignore' | 'throw'
}

const defaults = Object.freeze({
  idleTimeout: 1_800,
  absoluteTimeout: 43_200,
  renewInterval: undefined,
  cookie: undefined,
  serializer: strictJson,
  maxPayloadBytes: 65_536,
  storeTimeout: 5,
  gcInterval: 300,
  onLost: 'ignore',
  clock: () => Date.now(), // Not Date.now itself: a test may replace it later.
} as const)

const minSecretBytes = 32
/** Ten years: the longest ttl of the store contract, less what is added to it for clean-up. */
const maxSeconds = 315_360_000 - 60
/** Timers of Node hold at most 2^31 - 1 milliseconds. */
const maxTimerSeconds = 2_147_483

/** @throws {TypeError} or {RangeError} that names the option and says what it has to be. */
export function resolveSessionOptions(options: SessionOptions): ResolvedSessionOptions {
  checkOptionNames('SessionManager', options, ['store', 'secrets', ...Object.keys(defaults)])
  const merged = { ...defaults, ...optionsThatAreSet(options) }
  checkFunctions('store', merged.store, ['read', 'create', 'update', 'delete', 'gc'])
  const idleTimeout = resolveIdleTimeout(options.idleTimeout, merged.absoluteTimeout)
  const renewInterval = merged.renewInterval ?? Math.min(60, Math.floor(idleTimeout / 10))
  checkWholeNumber('renewInterval', renewInterval, 0, idleTimeout - 1)
  checkWholeNumber('maxPayloadBytes', merged.maxPayloadBytes, 1)
  checkWholeNumber('storeTimeout', merged.storeTimeout, 1, maxTimerSeconds)
  if (merged.gcInterval !== false)
    checkWholeNumber('gcInterval', merged.gcInterval, 1, maxTimerSeconds / 2)
  if (merged.onLost !== 'ignore' && merged.onLost !== 'throw') {
    throw new TypeError("onLost must be 'ignore' or 'throw'")
  }
  checkFunctions('serializer', merged.serializer, ['stringify', 'parse'])
  if (typeof merged.clock !== 'function') throw new TypeError('clock must be a function')
  const cookie = resolveCookieOptions(merged.cookie)
  checkEnd('cookie.maxAge', cookie.maxAge, merged.absoluteTimeout)
  return Object.freeze({
    ...merged,
    idleTimeout,
    renewInterval,
    secrets: resolveSecrets(merged.secrets),
    cookie,
  })
}

function resolveIdleTimeout(set: number | undefined, absoluteTimeout: number | false): number {
  if (absoluteTimeout !== false) {
    checkWholeNumber('absoluteTimeout', absoluteTimeout, 1, maxSeconds)
  }
  if (set === undefined) {
    return Math.min(defaults.idleTimeout, absoluteTimeout || defaults.idleTimeout)
  }
  checkWholeNumber('idleTimeout', set, 1, maxSeconds)
  checkEnd('idleTimeout', set, absoluteTimeout)
  return set
}

/** Refuses a time that no session lives to see: without this, the session would end early unannounced. */
function checkEnd(option: string, seconds: number | undefined, absolute: number | false): void {
  if (seconds === undefined || absolute === false || seconds <= absolute) return
  const [long, short] = [durationInWords(seconds), durationInWords(absolute)]
  throw new RangeError(
    `${option} must not be longer than absoluteTimeout: ${long} (${seconds} s) are more than ${short} (${absolute} s), after which each session ends even if it is in use. Raise absoluteTimeout to ${seconds} or more, or set it to false; or lower ${option} to ${absolute} or less. Both count seconds.`,
  )
}

function resolveSecrets(secrets: SessionOptions['secrets']): AtLeastOne<string> {
  const list: readonly unknown[] = Array.isArray(secrets) ? secrets : [secrets]
  const [first, ...others] = list.filter(isLongEnough)
  if (first !== undefined && others.length + 1 === list.length) return [first, ...others]
  const found =
    secrets === undefined ? ', but it is undefined: is its environment variable set?' : '.'
  throw new TypeError(
    `secrets must be a string of at least ${minSecretBytes} bytes, or a list of such${found} Make one with: node -p "crypto.randomBytes(32).toString('hex')"`,
  )
}

function isLongEnough(secret: unknown): secret is string {
  return typeof secret === 'string' && Buffer.byteLength(secret) >= minSecretBytes
}

function checkFunctions(option: string, value: object, names: readonly string[]): void {
  const missing = names.find((name) => typeof Reflect.get(Object(value), name) !== 'function')
  if (missing === undefined) return
  const instead = option === 'store' ? ': pass a store, such as new MemoryStore()' : ''
  throw new TypeError(`${option} must have a method ${missing}${instead}`)
}
