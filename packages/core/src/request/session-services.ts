import type { CsrfTokens } from '../cookie/csrf-tokens.ts'
import type { SessionState } from './session-state.ts'

/** What a session needs of the manager that loaded it. */
export interface SessionServices {
  readonly csrf: CsrfTokens
  /** The time in seconds since 1970. */
  readonly now: () => number
  /** When the session ends, in seconds since 1970. */
  readonly expiresAt: (state: SessionState) => number
  readonly spendToken: (state: SessionState, tokenHash: string) => Promise<boolean>
}
