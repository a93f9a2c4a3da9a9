import { execFileSync } from 'node:child_process'
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { newKey, newSession, newUserKey } from '@mako-session/store-promises/new-session'
import { describe, expect, it } from 'vitest'
import { FileStore } from '../src/index.ts'
import { encodeRecord } from '../src/record-file.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const kinds = {
  'symbolic link': (path: string, victim: string) => symlinkSync(victim, path),
  'dangling symbolic link': (path: string, victim: string) => symlinkSync(`${victim}.new`, path),
  'hard link': (path: string, victim: string) => linkSync(victim, path),
  FIFO: (path: string) => execFileSync('mkfifo', [path]),
}

describe.each(Object.entries(kinds))('FileStore beside a planted %s', (_, plant) => {
  it('reads no session, replaces the planted file when it creates one, and deletes it', async () => {
    const { store, key, record, victim } = await area()
    plant(record, victim)
    expect(await store.read(key)).toBe(undefined)
    expect(await store.update(key, newSession().version, newSession())).toBe(false)
    const session = newSession()
    expect(await store.create(key, session)).toBe(true)
    expect(await store.read(key)).toEqual({ version: session.version, payload: session.payload })
    await store.delete(key)

    plant(record, victim)
    await store.delete(key)
    expect(() => statSync(record)).toThrow('ENOENT')
    expectUnharmed(victim)
  })

  it('rejects a change when the planted file has the name of the lock', async () => {
    const { store, key, record, victim } = await area()
    const session = newSession()
    await store.create(key, session)
    plant(`${record}.lock`, victim)
    await expect(store.update(key, session.version, newSession())).rejects.toThrow('is not a lock')
    await expect(store.delete(key)).rejects.toThrow('is not a lock')
    expect((await store.read(key))?.version).toBe(session.version)
    expectUnharmed(victim)
  })

  it('removes ended sessions although every kind of name is planted', async () => {
    const { directory, record, victim } = await area()
    const later = new FileStore(directory, { clock: () => Date.now() + 7_200_000 })
    const over = newKey()
    await new FileStore(directory).create(over, newSession({ ttl: 1 }))
    const nonce = '0123456789abcdef'
    for (const ending of ['', '.lock', `.lock.${nonce}`, `.${nonce}.tmp`]) {
      plant(`${record}${ending}`, victim)
    }
    expect(await later.gc()).toBe(1)
    expect(await later.read(over)).toBe(undefined)
    expectUnharmed(victim)
  })

  it('treats it as a marker, and removes it like a marker', async () => {
    const { directory, store, key, victim } = await area()
    const userKey = newUserKey()
    mkdirSync(join(directory, 'users', userKey), { recursive: true })
    const marker = join(directory, 'users', userKey, key)
    plant(marker, victim)
    expect(await store.create(key, newSession({ userKey }))).toBe(true)
    expect(await store.findByUser(userKey)).toEqual([key])
    await store.delete(key)
    plant(marker, victim)
    await store.gc()
    expect(readdirSync(join(directory, 'users'))).toEqual([])
    expectUnharmed(victim)
  })
})

describe('FileStore beside a planted directory', () => {
  it('reads no session, and rejects writes', async () => {
    const { store, key, record } = await area()
    mkdirSync(join(record, 'inside'), { recursive: true })
    expect(await store.read(key)).toBe(undefined)
    await expect(store.create(key, newSession())).rejects.toThrow('EISDIR')
    expect(readdirSync(dirname(record))).toEqual([key])
    await expect(store.delete(key)).rejects.toThrow('EISDIR')
    expect(await store.gc()).toBe(0)
    expect(statSync(join(record, 'inside')).isDirectory()).toBe(true)
  })

  it('rejects a change when the planted file has the name of the lock', async () => {
    const { store, key, record } = await area()
    mkdirSync(`${record}.lock`)
    await expect(store.create(key, newSession())).rejects.toThrow('is not a lock')
    expect(await store.gc()).toBe(0)
  })
})

describe('FileStore beside a planted link to a directory', () => {
  it('neither writes nor removes anything behind the link', async () => {
    const [elsewhere, directory] = [temporaryDirectory(), temporaryDirectory()]
    const key = newKey()
    await new FileStore(elsewhere).create(key, newSession({ ttl: 1 }))
    const shard = key.slice(0, 2)
    symlinkSync(join(elsewhere, shard), join(directory, shard))
    const later = new FileStore(directory, { clock: () => Date.now() + 7_200_000 })
    await expect(later.create(key, newSession())).rejects.toThrow('is not a directory')
    expect(await later.gc()).toBe(0)
    expect(await new FileStore(elsewhere).read(key)).toBeDefined()
  })
})

/** A store, a victim file with the content of a record, and the path of a record that does not exist yet. */
async function area() {
  const parent = temporaryDirectory()
  const victim = join(parent, 'victim')
  writeFileSync(victim, encodeRecord(newSession({ payload: 'unharmed' }), Date.now() + 86_400_000))
  const directory = join(parent, 'sessions')
  const store = new FileStore(directory)
  const key = newKey()
  const record = join(directory, key.slice(0, 2), key)
  await store.read(key)
  mkdirSync(dirname(record), { mode: 0o700 })
  return { directory, store, key, record, victim }
}

function expectUnharmed(victim: string): void {
  expect(readFileSync(victim, 'utf8')).toMatch(/^mako-session 1 .* 8\nunharmed$/)
  expect(() => statSync(`${victim}.new`)).toThrow('ENOENT')
}
