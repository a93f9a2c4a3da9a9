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

/**
 * The one-time token of a session as a Standard Schema. Each validation spends the token, so use it as
 * the last step.
 */
export function tokenRule(session: AnySession): TokenRule {
  return {
    '~standard': {
      version: 1,
      vendor: 'mako-session',
      async validate(value) {
        if (typeof value === 'string' && (await session.validateToken(value))) return { value }
        return { issues: [{ message: 'The token was used before or is not valid' }] }
      },
    },
  }
}
