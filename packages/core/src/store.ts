/**
 * What a backend has to do to keep sessions: five methods, all needed. Every clause (S1 to S13) is
 * checked by `@mako-session/conformance`, which names it in its cases.
 *
 * A store only moves text. The core decides which session is alive, whose it is and what a conflict
 * means. Keys are 32 lower-case hex digits, so a store never escapes, folds or truncates one.
 *
 * **S7** When the backend fails, the call rejects with the driver's own error. It never resolves as if
 * there were no record. **S8** What one handle wrote, every other handle of the same backend
 * reads as soon as the write resolved. **S9** Stores with different prefixes, tables or directories
 * never see each other's records. **S11** Neither the constructor nor the import of a store does
 * I/O, starts a timer or adds a listener; a store is handed its client and never closes it.
 * **S13** A call with a key, version, ttl, payload or user key of another form than this file says
 * rejects with a `TypeError`, never throws at once, and changes nothing: see {@link checkStoreArguments}.
 */
export interface Store {
  /**
   * **S1** Resolves the live record of `key`: `undefined` where there is none, where its time is
   * over, or where the data under the key are no record of this library.
   */
  read(key: string): Promise<StoredSession | undefined>

  /**
   * **S2** Stores a record where no live record has `key` and resolves true; where one has, resolves
   * false and changes nothing. Atomic between handles and processes. Over a record whose time is
   * over either answer is right, because keys are never reused.
   */
  create(key: string, session: SessionToStore): Promise<boolean>

  /**
   * **S3** Replaces version, payload, ttl and user key where a live record of `key` has
   * `expectedVersion` and resolves true; anything else resolves false and changes nothing. It never
   * creates a record. Atomic between handles and processes.
   */
  update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean>

  /**
   * **S4** Removes the record; a missing one is no error. Once it resolved, `read` of the key gives
   * `undefined` and every `update` false.
   */
  delete(key: string): Promise<void>

  /**
   * **S10** Removes records whose time is over, in bounded batches, and resolves how many it removed:
   * 0 where the backend expires records by itself. It may run in several processes at once, keeps a
   * record that is renewed meanwhile, and stops soon after `signal` aborts (resolving its count so
   * far).
   */
  gc(signal?: AbortSignal): Promise<number>
}

/** What a store gives back for a live record. */
export interface StoredSession {
  /** 22 base64url characters that the core makes anew for each write: the compare-and-swap token. */
  readonly version: string
  /**
   * **S6** Any well-formed Unicode text; at least 1 MiB of it (in UTF-8) is accepted. It comes back
   * exactly as it was written, or the write rejects and the old record is untouched.
   */
  readonly payload: string
}

/** What a store is asked to keep. */
export interface SessionToStore extends StoredSession {
  /**
   * **S5** Whole seconds from now, by the store's own clock, until the record's time is over: 1 to
   * 315 360 000 (ten years). Each write sets it anew; `read` does not.
   */
  readonly ttl: number
  /** The user that the session belongs to, as 64 lower-case hex digits; absent where it belongs to no user. */
  readonly userKey?: string
}

/** A store that can also answer which sessions belong to a user. */
export interface UserIndex {
  /**
   * **S12** Resolves the keys of all live sessions of a user, never missing one. It may also name
   * keys that are over, or no longer that user's, until an hour after the record's last deadline: a
   * caller has to read each record. (The core does not call this method yet.) It costs in proportion
   * to that user's sessions, never a scan, and leaves no residue after that hour and a `gc`.
   */
  findByUser(userKey: string): Promise<readonly string[]>
}
