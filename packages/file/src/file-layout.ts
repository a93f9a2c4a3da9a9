import { randomBytes } from 'node:crypto'

/** Where each file of a store lies. */
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
    return `${this.root}/${checked(key, keyPattern).slice(0, 2)}`
  }

  record(key: string): string {
    return `${this.shard(key)}/${key}`
  }

  /** The lock that whoever changes the record holds. */
  lock(key: string): string {
    return `${this.record(key)}.lock`
  }

  /** A new name beside the record. */
  temporary(key: string): string {
    return `${this.record(key)}.${randomBytes(8).toString('hex')}.tmp`
  }

  /** The directory of a user's markers. */
  user(userKey: string): string {
    return `${this.users}/${checked(userKey, userKeyPattern)}`
  }

  /** The empty file that says that a session is this user's. */
  marker(userKey: string, key: string): string {
    return `${this.user(userKey)}/${checked(key, keyPattern)}`
  }
}

/** What the name of a file tells, and the key in it; `undefined` for a name that no store makes. */
export function parseName(name: string): ParsedName | undefined {
  const [, key, ending] = namePattern.exec(name) ?? []
  if (key === undefined) return undefined
  if (ending === undefined) return { kind: 'record', key }
  return { kind: ending.startsWith('.lock') ? 'lock' : 'temporary', key }
}

export interface ParsedName {
  /** A `lock` is one or the heir of one. */
  readonly kind: 'record' | 'temporary' | 'lock'
  readonly key: string
}

export const shardPattern: RegExp = /^[0-9a-f]{2}$/
export const keyPattern: RegExp = /^[0-9a-f]{32}$/
export const userKeyPattern: RegExp = /^[0-9a-f]{64}$/
const namePattern = /^([0-9a-f]{32})(\.[0-9a-f]{16}\.tmp|\.lock(?:\.[0-9a-f]{16})?)?$/

/** Keys come from the core, which made them; a mistake must not become a path to somewhere else. */
function checked(key: string, pattern: RegExp): string {
  if (!pattern.test(key)) throw new TypeError('A key is lower-case hex digits')
  return key
}
