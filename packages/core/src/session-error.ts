/** The stable names of what can go wrong; they never change within a major version. */
export type SessionErrorCode =
  | 'ERR_SESSION_STORE'
  | 'ERR_SESSION_STORE_TIMEOUT'
  | 'ERR_SESSION_CONFLICT'
  | 'ERR_SESSION_LOST'
  | 'ERR_SESSION_SUPERSEDED'
  | 'ERR_SESSION_VALUE'
  | 'ERR_SESSION_TOO_LARGE'
  | 'ERR_SESSION_ENDED'

const statusOfCode: Record<SessionErrorCode, number> = {
  ERR_SESSION_STORE: 503,
  ERR_SESSION_STORE_TIMEOUT: 503,
  ERR_SESSION_CONFLICT: 409,
  ERR_SESSION_LOST: 409,
  ERR_SESSION_SUPERSEDED: 409,
  ERR_SESSION_VALUE: 500,
  ERR_SESSION_TOO_LARGE: 500,
  ERR_SESSION_ENDED: 500,
}

/**
 * What this library throws when something failed at run time. Misuse and bad options are
 * `TypeError` or `RangeError` instead, because no program has to react to them.
 *
 * Neither the error nor its `cause` holds a value, id, token or secret of a session, so it can be logged.
 *
 * | code | status | meaning |
 * |---|---|---|
 * | `ERR_SESSION_STORE` | 503 | the store rejected a call; the `cause` is a copy of its error without what it was sent |
 * | `ERR_SESSION_STORE_TIMEOUT` | 503 | the store did not answer within `storeTimeout` |
 * | `ERR_SESSION_CONFLICT` | 409 | two requests changed one value in place and the changes do not fit together (`path` says where), other writers were faster 40 times in a row, or a new record could not be created |
 * | `ERR_SESSION_LOST` | 409 | with `onLost: 'throw'`: the session ended meanwhile |
 * | `ERR_SESSION_SUPERSEDED` | 409 | another request replaced the id of the session, so the changes cannot be kept |
 * | `ERR_SESSION_VALUE` | 500 | a value cannot be stored, or its stored text cannot be read |
 * | `ERR_SESSION_TOO_LARGE` | 500 | the session is larger than `maxPayloadBytes` |
 * | `ERR_SESSION_ENDED` | 500 | a change came after `destroy()`, during a commit or after the response had begun |
 */
export class SessionError extends Error {
  override readonly name = 'SessionError'
  readonly code: SessionErrorCode
  /** The HTTP status that fits, which Express, Fastify and Koa honour. */
  readonly status: number
  readonly #path: readonly (string | number)[] | undefined

  constructor(
    code: SessionErrorCode,
    message: string,
    { path, ...options }: ErrorOptions & { readonly path?: readonly (string | number)[] } = {},
  ) {
    super(message, options)
    this.code = code
    this.status = statusOfCode[code]
    this.#path = path
  }

  /**
   * Of an `ERR_SESSION_CONFLICT` about a change in place: where in the session the changes meet, as
   * the key and the steps below it. It is not in the message, and neither `inspect` nor JSON shows it,
   * because names of fields can be private.
   */
  get path(): readonly (string | number)[] | undefined {
    return this.#path
  }
}
