import { createHmac, type KeyObject } from 'node:crypto'
import { type AtLeastOne, deriveKeys } from '../secrets/derive-keys.ts'
import { safeCause } from '../secrets/safe-cause.ts'
import { withoutQuotes } from '../secrets/without-quotes.ts'
import { SessionError } from '../session-error.ts'
import { publish } from '../session-events.ts'
import type { SessionToStore, Store } from '../store.ts'
import { createVersion } from './create-version.ts'
import { decodePayload, encodePayload } from './payload-codec.ts'
import type { SessionContents } from './session-contents.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import type { SessionRecord } from './session-record.ts'

/** The options that {@link SessionRecords} goes by: see `SessionOptions`. */
export interface SessionRecordsOptions {
  readonly store: Store
  readonly secrets: AtLeastOne<string>
  readonly maxPayloadBytes: number
  readonly storeTimeout: number
}

/** A record that was read. */
export interface FoundRecord extends SessionRecord {
  /** Whether a time lay so far in the future that the corrected one has to be stored. */
  readonly isCorrected: boolean
}

/** What became of a write. */
export interface WriteResult {
  readonly isWritten: boolean
  /** The record as it was to be. */
  readonly record: SessionRecord
}

/**
 * The store as the core sees it, and the only way to it: contents instead of payloads, every failure
 * a `SessionError`, and no call but a clean-up that takes longer than `storeTimeout`.
 */
export class SessionRecords {
  readonly #store: Store
  readonly #lifetime: SessionLifetime
  readonly #maxPayloadBytes: number
  readonly #timeout: number
  readonly #keyForUsers: KeyObject

  constructor(options: SessionRecordsOptions, lifetime: SessionLifetime) {
    this.#store = options.store
    this.#lifetime = lifetime
    this.#maxPayloadBytes = options.maxPayloadBytes
    this.#timeout = options.storeTimeout
    this.#keyForUsers = deriveKeys(options.secrets, 'user')[0]
  }

  async read(key: string): Promise<FoundRecord | 'missing' | 'corrupt'> {
    const stored = await this.#call('read', () => this.#store.read(key))
    if (!stored) return 'missing'
    const decoded = decodePayload(stored.payload)
    if (!decoded) return 'corrupt'
    const contents = this.#lifetime.withoutFuture(decoded)
    const isCorrected = contents !== decoded && this.#lifetime.isFarInFuture(decoded)
    return { key, version: stored.version, contents, isCorrected }
  }

  /** @throws {SessionError} `ERR_SESSION_TOO_LARGE` before any I/O. */
  async create(key: string, contents: SessionContents): Promise<WriteResult> {
    const session = this.#toStore(contents)
    const isWritten = await this.#call('create', () => this.#store.create(key, session), {
      sent: session,
    })
    return { isWritten, record: { key, version: session.version, contents } }
  }

  /** @throws {SessionError} `ERR_SESSION_TOO_LARGE` before any I/O. */
  async update(
    key: string,
    expectedVersion: string,
    contents: SessionContents,
  ): Promise<WriteResult> {
    const session = this.#toStore(contents)
    const isWritten = await this.#call(
      'update',
      () => this.#store.update(key, expectedVersion, session),
      { sent: session },
    )
    return { isWritten, record: { key, version: session.version, contents } }
  }

  async delete(key: string): Promise<void> {
    await this.#call('delete', () => this.#store.delete(key))
  }

  /** Removes the records whose time is over and resolves how many. It may take as long as it needs. */
  gc(signal: AbortSignal): Promise<number> {
    return this.#call('gc', async () => this.#store.gc(signal), { timeout: false })
  }

  /** @throws {SessionError} `ERR_SESSION_TOO_LARGE` where the contents cannot be stored. */
  checkSize(contents: SessionContents): void {
    this.#toStore(contents)
  }

  #toStore(contents: SessionContents): SessionToStore {
    const payload = encodePayload(contents)
    const bytes = Buffer.byteLength(payload)
    if (bytes > this.#maxPayloadBytes) {
      throw new SessionError(
        'ERR_SESSION_TOO_LARGE',
        `The session takes ${bytes} bytes, more than maxPayloadBytes (${this.#maxPayloadBytes}). Keep large data elsewhere and only its name in the session.`,
      )
    }
    return {
      version: createVersion(),
      payload,
      ttl: this.#lifetime.ttl(contents),
      ...(contents.userId !== undefined && { userKey: this.#userKey(contents.userId) }),
    }
  }

  /** Fixed length and plain characters, so that stores can use it in a key, file name or index. */
  #userKey(userId: string): string {
    return createHmac('sha256', this.#keyForUsers).update(userId).digest('hex')
  }

  #call<Result>(
    operation: string,
    start: () => Promise<Result>,
    { sent, timeout = this.#timeout }: CallOptions = {},
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      let hasFailed = false
      const fail = (error: SessionError) => {
        hasFailed = true
        clearTimeout(timer)
        publish('store-error', { operation, error })
        reject(error)
      }
      const timer =
        timeout === false
          ? undefined
          : setTimeout(() => fail(timeoutError(operation, timeout)), timeout * 1_000)
      const failWith = (thrown: unknown) => {
        if (hasFailed) return // The call was given up, and has failed only now.
        fail(storeError(operation, thrown, sent))
      }
      const succeed = (result: Result) => {
        clearTimeout(timer)
        resolve(result)
      }
      try {
        start().then(succeed, failWith)
      } catch (thrown) {
        failWith(thrown) // A store that is no async function may throw at once.
      }
    })
  }
}

interface CallOptions {
  /** What the store was asked to keep: the error is not to quote it. */
  readonly sent?: SessionToStore
  /** In seconds; with `false` the call may take as long as it needs. */
  readonly timeout?: number | false
}

function storeError(operation: string, thrown: unknown, sent?: SessionToStore): SessionError {
  const record = sent ? `${sent.version}\n${sent.payload}\n${sent.userKey ?? ''}` : ''
  const cause = safeCause(thrown, (text) => withoutQuotes(text, record))
  const why = reasonOf(cause)
  return new SessionError(
    'ERR_SESSION_STORE',
    `The session store's ${operation} failed${why ? `: ${why}` : '. Is its backend up and reachable?'}`,
    { cause },
  )
}

function timeoutError(operation: string, timeout: number): SessionError {
  return new SessionError(
    'ERR_SESSION_STORE_TIMEOUT',
    `The session store's ${operation} took over ${timeout} s. Is its backend up and reachable?`,
  )
}

/** The words of an error, else its code. Node's error of several failed connections has only a code. */
function reasonOf(cause: Error): string {
  const code: unknown = Reflect.get(cause, 'code')
  return (cause.message || (typeof code === 'string' ? code : '')).replace(/\s+/g, ' ').trim()
}
