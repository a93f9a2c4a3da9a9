import { randomBytes } from 'node:crypto'

/** Where each file of a store lies. Keys and user keys are checked by the store, so none is a path elsewhere. */
export class FileLayout {
  /** The directory that was given to the store. */
  readonly root: string
  /** The directory that holds one directory for each user. */
  readonly users: string

  constructor(root: string) {
    this.root = root
    this.users = `${root}/users`
  }

  /** The directory of a record. */
  shard(key: string): string {
    return `${this.root}/${key.slice(0, 2)}`
  }

  record(key: string): string {
    return `${this.shard(key)}/${key}`
  }

  /** The lock of the record: a process holds it while it changes the record. */
  lock(key: string): string {
    return `${this.record(key)}.lock`
  }

  /** A new, random name in the record's directory, for a file that will be renamed to the record. */
  temporary(key: string): string {
    return `${this.record(key)}.${randomBytes(8).toString('hex')}.tmp`
  }

  /** The directory of a user's markers. */
  user(userKey: string): string {
    return `${this.users}/${userKey}`
  }

  /** The empty file that says that this session belongs to this user. */
  marker(userKey: string, key: string): string {
    return `${this.user(userKey)}/${key}`
  }
}

/** The kind of a file by its name, and the key in it; `undefined` for a name that no store makes. */
export function parseName(name: string): ParsedName | undefined {
  const [, key, ending] = namePattern.exec(name) ?? []
  if (key === undefined) return undefined
  if (ending === undefined) return { kind: 'record', key }
  return { kind: ending.startsWith('.lock') ? 'lock' : 'temporary', key }
}

export interface ParsedName {
  /** `lock` stands for a lock and for the heir of a lock (see file-lock.ts). */
  readonly kind: 'record' | 'temporary' | 'lock'
  readonly key: string
}

export const shardPattern: RegExp = /^[0-9a-f]{2}$/
export const keyPattern: RegExp = /^[0-9a-f]{32}$/
export const userKeyPattern: RegExp = /^[0-9a-f]{64}$/
const namePattern = /^([0-9a-f]{32})(\.[0-9a-f]{16}\.tmp|\.lock(?:\.[0-9a-f]{16})?)?$/
