import { randomBytes } from 'node:crypto'
import { lutimesSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newKey, newSession, newUserKey } from '@mako-session/store-promises/new-session'
import { describe, expect, it } from 'vitest'
import { FileStore } from '../src/index.ts'
import { newOwnerText } from '../src/lock-owner.ts'
import { filesIn } from './files-in.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const hourMs = 3_600_000
const newNonce = () => randomBytes(8).toString('hex')

describe('FileStore.gc', () => {
  it('removes locks and half-written files of dead processes when they are an hour old', async () => {
    const { directory, store, key, record, now, move } = await area()
    const dead = newNonce()
    symlinkSync(`1.1.${dead}`, `${record}.lock`)
    symlinkSync(`1.1.${newNonce()}`, `${record}.lock.${dead}`)
    symlinkSync(`1.1.${newNonce()}`, `${record}.lock.${newNonce()}`)
    writeFileSync(`${record}.${newNonce()}.tmp`, 'half a rec')
    const torn = record.replace(key, `${key.slice(0, 2)}${newKey().slice(2)}`)
    writeFileSync(torn, '')

    for (const path of filesIn(directory)) lutimesSync(path, now / 1_000, now / 1_000)

    move(hourMs)
    expect(await store.gc()).toBe(0)
    expect(filesIn(directory).length).toBe(6)
    move(1)
    expect(await store.gc()).toBe(0)
    expect(filesIn(directory)).toEqual([record])
  })

  it('keeps the lock of a living process, and the session that is locked', async () => {
    const { directory, store, record, move } = await area()
    const lock = `${record}.lock`
    symlinkSync(newOwnerText(), lock)
    move(30 * 24 * hourMs)
    expect(await store.gc()).toBe(0)
    expect(filesIn(directory)).toEqual([record, lock])
  })

  it('does not touch files that no store makes', async () => {
    const { directory, store, record, move } = await area()
    const others = [`${record}.tmp`, `${record}.lock.old`, join(directory, 'notes'), `${record}~`]
    for (const other of others) writeFileSync(other, '')
    move(2 * hourMs)
    await store.gc()
    expect(filesIn(directory)).toEqual([...others, record].sort())
  })

  it('removes markers of sessions that are gone or of another user, and empty directories', async () => {
    const { directory, store, key } = await area()
    const [user, other, former] = [newUserKey(), newUserKey(), newUserKey()]
    const kept = newKey()
    await store.create(kept, newSession({ userKey: user }))
    for (const [owner, marked] of [
      [other, kept],
      [user, `${key.slice(0, 30)}00`],
      [former, key],
    ] as const) {
      mkdirSync(join(directory, 'users', owner), { recursive: true })
      writeFileSync(join(directory, 'users', owner, marked), '')
    }
    await store.gc()
    expect(readdirSync(join(directory, 'users'))).toEqual([user])
    expect(await store.findByUser(user)).toEqual([kept])
  })

  it('never removes the marker of a session that is being written', async () => {
    const { store } = await area()
    const userKey = newUserKey()
    const over = new AbortController()
    const collecting = (async () => {
      while (!over.signal.aborted) await store.gc()
    })()
    for (let round = 0; round < 300; round += 1) {
      const key = newKey()
      await store.create(key, newSession({ userKey }))
      expect(await store.findByUser(userKey)).toEqual([key])
      await store.delete(key)
    }
    over.abort()
    await collecting
  })
})

/** A store with one record of 90 days, and a clock that stands still until it is moved. */
async function area() {
  const directory = temporaryDirectory()
  // Whole seconds: every file system keeps them as they are.
  const now = Math.floor(Date.now() / 1_000) * 1_000
  let offset = 0
  const store = new FileStore(directory, { clock: () => now + offset })
  const key = newKey()
  await store.create(key, newSession({ ttl: 90 * 24 * 3_600 }))
  return {
    directory,
    store,
    key,
    record: join(directory, key.slice(0, 2), key),
    now,
    move(ms: number) {
      offset += ms
    },
  }
}
