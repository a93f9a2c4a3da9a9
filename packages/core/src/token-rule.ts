import type { AnySession } from './session.ts'

/** The part of a Standard Schema (https://standardschema.dev, version 1) that validators call. */
export interface TokenRule {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: 'mako-session'
    readonly validate: (
      value: unknown,
    ) => Promise<
      | { readonly value: string; readonly issues?: undefined }
      | { readonly issues: readonly { readonly message: string }[] }
    >
    readonly types?: { readonly input: string; readonly output: string } | undefined
  }
}

type TokenResult = Awaited<ReturnType<TokenRule['~standard']['validate']>>

/**
 * The one-time token of a session as a Standard Schema. Each validation spends the token, so use it as
 * the last step: a form with an error elsewhere has to be sent again with the same token.
 *
 * A validator has to await the result. One that does not (ArkType) refuses every token.
 */
export function tokenRule(session: AnySession): TokenRule {
  return {
    '~standard': {
      version: 1,
      vendor: 'mako-session',
      validate: (value) => refusedUnlessAwaited(validate(session, value)),
    },
  }
}

async function validate(session: AnySession, value: unknown): Promise<TokenResult> {
  if (typeof value === 'string' && (await session.validateToken(value))) return { value }
  return { issues: [{ message: 'The token was used before or is not valid' }] }
}

/**
 * A validator that does not await takes the promise for the result. It has no `issues` by itself, which
 * would mean that any token is valid.
 */
function refusedUnlessAwaited(result: Promise<TokenResult>): Promise<TokenResult> {
  // An await still throws the error of the store. Without an await, the error must not end the process.
  result.catch(() => {})
  const message = 'The token cannot be checked, because this validator does not wait for promises'
  return Object.assign(result, { issues: [{ message }] })
}
