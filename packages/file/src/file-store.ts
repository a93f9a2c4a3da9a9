import { rename, unlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  checkOptionNames,
  checkStoreArguments,
  type SessionToStore,
  type Store,
  type StoredSession,
  type UserIndex,
} from '@mako-session/core'
import { FileGc } from './file-gc.ts'
import { FileLayout } from './file-layout.ts'
import { withLock } from './file-lock.ts'
import { ignoreMissing } from './has-code.ts'
import { discard, writeNewFile } from './new-file.ts'
import { PrivateDirectories, syncDirectory } from './private-directories.ts'
import { encodeRecord, type RecordHead, readHead, readRecord } from './record-file.ts'
import { UserMarkers } from './user-markers.ts'

/** Options of {@link FileStore}. */
export interface FileStoreOptions {
  /**
   * Whether a write resolves only when the disk has it, so that it outlasts a power cut. With or without
   * this option, a write that has resolved outlasts the end of the process.
   * @default false
   */
  readonly durable?: boolean
  /**
   * The current time in milliseconds, for tests.
   * @default () => Date.now()
   */
  readonly clock?: () => number
}

/**
 * Keeps each session in a file of its own, for all processes of one host.
 *
 * A read opens one file and takes no lock. A write takes the session's lock, writes a new file beside the
 * old one and renames it, so that a reader sees either the old or the new session.
 */
export class FileStore implements Store, UserIndex {
  readonly #layout: FileLayout
  readonly #directories: PrivateDirectories
  readonly #markers: UserMarkers
  readonly #gc: FileGc
  readonly #durable: boolean
  readonly #clock: () => number

  /**
   * `directory` is made by the first call when it is missing. It must belong to the user that this process
   * runs as, other users must not be able to write to it, and no other program should use it.
   *
   * @throws {TypeError} when `directory` is empty or not a string, and for an option that is misspelt or
   * of the wrong type.
   */
  constructor(directory: string, options: FileStoreOptions = {}) {
    if (typeof directory !== 'string' || directory === '') {
      throw new TypeError(
        "directory must be the path of the directory to keep sessions in, such as '/var/lib/my-app/sessions'",
      )
    }
    checkOptionNames('FileStore', options, ['durable', 'clock'])
    const { durable = false, clock = () => Date.now() } = options
    if (typeof durable !== 'boolean') throw new TypeError('durable must be true or false')
    if (typeof clock !== 'function') {
      throw new TypeError(
        'clock must be a function that returns milliseconds, such as () => Date.now()',
      )
    }
    this.#durable = durable
    this.#clock = clock
    this.#layout = new FileLayout(resolve(directory))
    this.#directories = new PrivateDirectories(this.#layout.root, durable)
    this.#markers = new UserMarkers(this.#layout, this.#directories, durable)
    this.#gc = new FileGc(this.#layout, this.#markers, clock)
  }

  async read(key: string): Promise<StoredSession | undefined> {
    checkStoreArguments({ key })
    await this.#prepareRoot()
    const record = await readRecord(this.#layout.record(key))
    return this.#isLive(record) ? { version: record.version, payload: record.payload } : undefined
  }

  async create(key: string, session: SessionToStore): Promise<boolean> {
    checkStoreArguments({ key, session })
    return this.#write(key, session, (current) => current === undefined)
  }

  async update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    checkStoreArguments({ key, expectedVersion, session })
    return this.#write(key, session, (current) => current?.version === expectedVersion)
  }

  async delete(key: string): Promise<void> {
    checkStoreArguments({ key })
    await this.#prepareRoot()
    const record = this.#layout.record(key)
    await withLock(this.#layout.lock(key), async () => {
      const userKey = readHead(record)?.userKey
      await unlink(record)
      if (this.#durable) await syncDirectory(this.#layout.shard(key))
      if (userKey !== undefined) await this.#markers.remove(userKey, key)
    }).catch(ignoreMissing)
  }

  async gc(signal?: AbortSignal): Promise<number> {
    await this.#prepareRoot()
    return this.#gc.run(signal)
  }

  async findByUser(userKey: string): Promise<readonly string[]> {
    checkStoreArguments({ userKey })
    await this.#prepareRoot()
    return this.#markers.list(userKey)
  }

  async #write(
    key: string,
    session: SessionToStore,
    isWanted: (live: RecordHead | undefined) => boolean,
  ): Promise<boolean> {
    const write = async () => {
      await this.#prepareRoot()
      await this.#directories.prepare(this.#layout.shard(key))
      return withLock(this.#layout.lock(key), () => this.#replace(key, session, isWanted))
    }
    try {
      return await write()
    } catch (error) {
      // A directory was removed after the store had prepared it: make it again, and try once more.
      ignoreMissing(error)
      this.#directories.forget()
      return write()
    }
  }

  /** Call this only while holding the lock of the key. */
  async #replace(
    key: string,
    session: SessionToStore,
    isWanted: (live: RecordHead | undefined) => boolean,
  ): Promise<boolean> {
    const record = this.#layout.record(key)
    const current = readHead(record)
    if (!isWanted(this.#isLive(current) ? current : undefined)) return false
    const bytes = encodeRecord(session, this.#clock() + session.ttl * 1_000)
    const { userKey } = session
    if (userKey !== undefined && userKey !== current?.userKey) await this.#markers.add(userKey, key)
    const temporary = this.#layout.temporary(key)
    await writeNewFile(temporary, bytes, this.#durable)
    await rename(temporary, record).catch(async (error: unknown) => {
      await discard(temporary)
      throw error
    })
    if (this.#durable) await syncDirectory(this.#layout.shard(key))
    if (current?.userKey !== undefined && current.userKey !== userKey) {
      await this.#markers.remove(current.userKey, key)
    }
    return true
  }

  async #prepareRoot(): Promise<void> {
    await this.#directories.prepare(this.#layout.root)
  }

  #isLive<T extends RecordHead>(record: T | undefined): record is T {
    return record !== undefined && this.#clock() < record.endsAt
  }
}
