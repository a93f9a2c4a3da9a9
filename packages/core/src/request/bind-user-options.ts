import { checkOptionNames } from '../options/check-option-names.ts'

/** Options of `Session.bindUser`. */
export interface BindUserOptions {
  /**
   * When the user proved who he is, such as the `auth_time` of an identity provider; `null` where he did
   * not, as at a login by a cookie that remembers him. A time in the future counts as now.
   * @default now
   */
  readonly authenticatedAt?: Date | null
}

/**
 * When the user proved who he is, in seconds since 1970: `undefined` where he did not.
 * @throws {TypeError} for an option that is unknown or no time.
 */
export function authenticationTime(options: BindUserOptions, now: number): number | undefined {
  checkOptionNames('bindUser', options, ['authenticatedAt'])
  const { authenticatedAt } = options
  if (authenticatedAt === undefined) return now
  if (authenticatedAt === null) return undefined
  if (authenticatedAt instanceof Date && Number.isFinite(authenticatedAt.getTime())) {
    return Math.min(now, Math.floor(authenticatedAt.getTime() / 1_000))
  }
  throw new TypeError(
    'authenticatedAt must be a valid Date, or null. Of an auth_time in seconds make new Date(auth_time * 1000).',
  )
}
