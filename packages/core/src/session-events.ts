import { channel } from 'node:diagnostics_channel'

/**
 * Why the cookie of a request gave no session. `malformed`, `signature`: this server did not sign it.
 * `ambiguous`: there are cookies of several live sessions. `unknown`: there is no record. `expired`: its
 * time is over, or a logout is under way. `superseded`: its id was replaced. `corrupt`: its record cannot
 * be read.
 */
export type RejectionReason =
  | 'malformed'
  | 'signature'
  | 'ambiguous'
  | 'unknown'
  | 'expired'
  | 'superseded'
  | 'corrupt'

/**
 * What is published on `node:diagnostics_channel` under `mako-session:<name>`. Messages carry the
 * public key of a session, never its id, a token or a value.
 */
export interface SessionEvents {
  /** A new session was stored. */
  readonly created: { readonly key: string }
  /** A request's cookie led to a live session. */
  readonly loaded: { readonly key: string }
  /**
   * A request's cookie was not accepted. `key` is there when one record was looked for: for the reasons
   * `unknown`, `expired`, `superseded` and `corrupt`.
   */
  readonly rejected: { readonly reason: RejectionReason; readonly key?: string }
  /** A stored session was written by a commit: with the changes of a request, or to renew it. */
  readonly committed: { readonly key: string }
  /** A session has a new id; `previousKey` differs where it goes on as a copy under a new key. */
  readonly regenerated: { readonly key: string; readonly previousKey: string }
  /** A session was deleted: by `destroy()`, `clear()` or another user's login, or because it was empty. */
  readonly destroyed: { readonly key: string }
  /** The changes of a request were dropped, because the session was deleted or timed out meanwhile. Once a request. */
  readonly lost: { readonly key: string }
  /**
   * Something that a request wanted was left out, by a rule that is documented. `status`: its response
   * had a status of 500 or above, so none of its changes was stored. `restarted`: a change in place
   * of a value whose session ended while `bindUser` began a new one.
   */
  readonly dropped: { readonly key?: string; readonly reason: 'status' | 'restarted' }
  /** A `put` or `remove` replaced what another request had made of the same value meanwhile. */
  readonly overwritten: { readonly key: string }
  /** Another request was faster; the changes are applied again to its result, where that may be. */
  readonly conflict: { readonly key: string; readonly attempt: number }
  /** A clean-up of the store ended. */
  readonly gc: { readonly removed: number }
  /** A store call failed or timed out. `error` is the `SessionError` that the caller gets. */
  readonly 'store-error': { readonly operation: string; readonly error: unknown }
}

const channels = {
  created: channel('mako-session:created'),
  loaded: channel('mako-session:loaded'),
  rejected: channel('mako-session:rejected'),
  committed: channel('mako-session:committed'),
  regenerated: channel('mako-session:regenerated'),
  destroyed: channel('mako-session:destroyed'),
  lost: channel('mako-session:lost'),
  dropped: channel('mako-session:dropped'),
  overwritten: channel('mako-session:overwritten'),
  conflict: channel('mako-session:conflict'),
  gc: channel('mako-session:gc'),
  'store-error': channel('mako-session:store-error'),
} satisfies Record<keyof SessionEvents, unknown>

/** Publishes an event. A subscriber that throws reaches `uncaughtException`, never the caller. */
export function publish<Name extends keyof SessionEvents>(
  name: Name,
  message: SessionEvents[Name],
): void {
  if (channels[name].hasSubscribers) channels[name].publish(message)
}
