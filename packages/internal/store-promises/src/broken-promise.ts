/**
 * The promises that the explorer checks:
 * - `P1` no change is lost without an error;
 * - `P2` nothing comes back: no ended session, no replaced id;
 * - `P4` a cookie that was given belongs to a stored session, and none comes with an error;
 * - `P5` a one-time token is accepted once;
 * - `P7` no key or id is used that is over, and no key passes from one user to another;
 * - `P11` a logout that was answered is a logout, and a login that was answered is a login.
 */
export type PromiseName = 'P1' | 'P2' | 'P4' | 'P5' | 'P7' | 'P11'

/** A promise that was not kept. */
class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise'

  constructor(promise: PromiseName, what: string) {
    super(`${promise}: ${what}`)
  }
}

/** Throws a {@link BrokenPromise} unless a promise is kept. */
export function expectPromise(isKept: boolean, promise: PromiseName, otherwise: string): void {
  if (!isKept) throw new BrokenPromise(promise, otherwise)
}
