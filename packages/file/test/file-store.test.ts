import {
  chmodSync,
  chownSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { newKey, newSession, newUserKey } from '@mako-session/store-promises/new-session'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { FileStore } from '../src/index.ts'
import { filesIn } from './files-in.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const modeOf = (path: string) => statSync(path).mode & 0o777

describe('FileStore', () => {
  it('keeps a session in one file: a line of text, then the payload', async () => {
    const directory = temporaryDirectory()
    const key = newKey()
    const userKey = newUserKey()
    const session = newSession({ payload: 'grün', ttl: 60, userKey })
    await new FileStore(directory, { clock: () => 1_000 }).create(key, session)
    const record = join(directory, key.slice(0, 2), key)
    expect(filesIn(directory)).toEqual([record, join(directory, 'users', userKey, key)].sort())
    expect(readFileSync(record, 'utf8')).toBe(
      `mako-session 1 ${session.version} 61000 ${userKey} 5\ngrün`,
    )
  })

  it('goes by the time that a test fakes after the store was made', async () => {
    const store = new FileStore(temporaryDirectory())
    const key = newKey()
    onTestFinished(() => void vi.useRealTimers())
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime('2031-05-01T12:00:00Z')
    await store.create(key, newSession({ ttl: 60 }))
    vi.setSystemTime('2031-05-01T12:00:59Z')
    expect(await store.read(key)).toBeDefined()
    vi.setSystemTime('2031-05-01T12:01:00Z')
    expect(await store.read(key)).toBe(undefined)
    expect(await store.gc()).toBe(1)
  })

  it('makes its directory at the first call, not earlier', async () => {
    const directory = join(temporaryDirectory(), 'a', 'b')
    const store = new FileStore(directory)
    expect(() => statSync(directory)).toThrow('ENOENT')
    expect(await store.read(newKey())).toBe(undefined)
    expect(modeOf(directory)).toBe(0o700)
  })

  it('reads a record that was cut anywhere as no session', async () => {
    const directory = temporaryDirectory()
    const store = new FileStore(directory)
    const key = newKey()
    const session = newSession()
    await store.create(key, session)
    const record = join(directory, key.slice(0, 2), key)
    for (let size = statSync(record).size - 1; size >= 0; size -= 1) {
      truncateSync(record, size)
      expect(await store.read(key)).toBe(undefined)
      expect(await store.update(key, session.version, newSession())).toBe(false)
    }
    expect(await store.create(key, session)).toBe(true)
  })

  it('reads a file of another format, length or owner as no session', async () => {
    const directory = temporaryDirectory()
    const store = new FileStore(directory)
    const key = newKey()
    await store.create(key, newSession())
    const record = join(directory, key.slice(0, 2), key)
    const text = readFileSync(record, 'utf8')
    for (const foreign of [`${text}.`, ` ${text}`, text.replace(' 1 ', ' 2 '), '\0'.repeat(500)]) {
      writeFileSync(record, foreign)
      expect(await store.read(key)).toBe(undefined)
    }
    writeFileSync(record, text)
    expect(await store.read(key)).toBeDefined()
    if (process.geteuid?.() !== 0) return
    chownSync(record, 65_534, 65_534)
    expect(await store.read(key)).toBe(undefined)
  })

  it('rejects a payload or version that it could not read back unchanged, and keeps the old record', async () => {
    const directory = temporaryDirectory()
    const store = new FileStore(directory)
    const key = newKey()
    const session = newSession()
    await store.create(key, session)
    const broken = newSession({ payload: '\ud800' })
    await expect(store.update(key, session.version, broken)).rejects.toThrow('lone surrogate')
    const foreign = newSession({ version: 'a b' })
    await expect(store.update(key, session.version, foreign)).rejects.toThrow(TypeError)
    expect((await store.read(key))?.version).toBe(session.version)
    expect(filesIn(directory).length).toBe(1)
  })

  it('rejects a key that would be a path to somewhere else', async () => {
    const store = new FileStore(temporaryDirectory())
    for (const key of ['', '..', '../../etc/passwd', `${newKey()}/`, newKey().toUpperCase()]) {
      await expect(store.read(key)).rejects.toThrow(TypeError)
      await expect(store.create(key, newSession())).rejects.toThrow(TypeError)
      await expect(store.delete(key)).rejects.toThrow(TypeError)
      await expect(store.findByUser(key)).rejects.toThrow(TypeError)
    }
  })

  it('rejects while other users can write to its directory', async () => {
    const directory = temporaryDirectory()
    const store = new FileStore(directory)
    const key = newKey()
    for (const mode of [0o777, 0o770, 0o702]) {
      chmodSync(directory, mode)
      await expect(store.read(key)).rejects.toThrow('chmod it to 700')
      await expect(store.create(key, newSession())).rejects.toThrow('chmod it to 700')
    }
    expect(readdirSync(directory)).toEqual([])
    chmodSync(directory, 0o755)
    expect(await store.create(key, newSession())).toBe(true)
  })

  it.runIf(process.geteuid?.() === 0)('refuses a directory of another user', async () => {
    const directory = temporaryDirectory()
    chownSync(directory, 65_534, 65_534)
    await expect(new FileStore(directory).read(newKey())).rejects.toThrow('belongs to user 65534')
  })

  it('follows a link to its directory', async () => {
    const parent = temporaryDirectory()
    const link = join(parent, 'link')
    symlinkSync(temporaryDirectory(), link)
    const key = newKey()
    await new FileStore(link).create(key, newSession())
    expect(await new FileStore(link).read(key)).toBeDefined()
  })

  it('makes its directory again after it was removed', async () => {
    const directory = join(temporaryDirectory(), 'sessions')
    const store = new FileStore(directory)
    const key = newKey()
    const session = newSession({ userKey: newUserKey() })
    for (let round = 0; round < 3; round += 1) {
      expect(await store.create(key, session)).toBe(true)
      rmSync(directory, { recursive: true })
      expect(await store.read(key)).toBe(undefined)
      expect(await store.gc()).toBe(0)
      expect(await store.findByUser(newUserKey())).toEqual([])
      await store.delete(key)
      expect(await store.update(key, session.version, newSession())).toBe(false)
    }
    expect(modeOf(directory)).toBe(0o700)
  })

  it('works the same with the option durable', async () => {
    const directory = join(temporaryDirectory(), 'sessions')
    const store = new FileStore(directory, { durable: true })
    const key = newKey()
    const userKey = newUserKey()
    const first = newSession({ userKey })
    const second = newSession({ userKey: newUserKey() })
    expect(await store.create(key, first)).toBe(true)
    expect(await store.findByUser(userKey)).toEqual([key])
    expect(await store.update(key, first.version, second)).toBe(true)
    expect((await store.read(key))?.version).toBe(second.version)
    await store.delete(key)
    expect(filesIn(directory)).toEqual([])
  })

  it('throws at once for a directory that is no path', () => {
    for (const wrong of ['', undefined, 5]) {
      expect(() => new FileStore(wrong as string)).toThrow(/^directory must be the path/)
    }
  })

  it.each<[object, string]>([
    [{ durabel: true }, 'FileStore has no option "durabel". Did you mean "durable"?'],
    [{ durable: 'no' }, 'durable must be true or false'],
    [{ clock: 5 }, 'clock must be a function that returns milliseconds, such as () => Date.now()'],
  ])('throws at once for the options %o', (options, message) => {
    const construct = () => new FileStore(temporaryDirectory(), options)
    expect(construct).toThrow(TypeError)
    expect(construct).toThrow(message)
  })
})
