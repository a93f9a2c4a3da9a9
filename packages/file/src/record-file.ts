import { closeSync, constants, fstatSync, openSync, read, readSync, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { SessionToStore, StoredSession } from '@mako-session/core'
import { hasCode } from './has-code.ts'

/** What the first line of a record says. */
export interface RecordHead {
  readonly version: string
  /** When the session is over, in milliseconds since 1970. */
  readonly endsAt: number
  readonly userKey: string | undefined
}

interface ParsedHead extends RecordHead {
  /** The offset of the payload, in bytes. */
  readonly payloadStart: number
}

const pattern = /^mako-session 1 ([\w-]{22}) (\d{1,16}) ([0-9a-f]{64}|-) (\d{1,16})$/
const longestHead = 256

/** Up to this size a record is read synchronously. The rest of a larger one is read by the thread pool. */
const smallRecord = 65_536

/** A symbolic link does not open, and opening a FIFO without a writer does not block. */
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

const readAsync = promisify(read)

/**
 * The bytes of a record: a line with version, end, user key and length of the payload, then the payload.
 *
 * @throws {TypeError} when `endsAt` is no whole number.
 */
export function encodeRecord(session: SessionToStore, endsAt: number): Buffer {
  const { version, payload, userKey = '-' } = session
  const head = `mako-session 1 ${version} ${endsAt} ${userKey} ${Buffer.byteLength(payload)}`
  if (!pattern.test(head)) throw new TypeError('clock must return whole milliseconds')
  return Buffer.from(`${head}\n${payload}`)
}

/**
 * The record at `path`; `undefined` where there is nothing, or something that is not a record.
 *
 * A small record is read synchronously. In the page cache its four system calls take 8 µs; by way of the
 * thread pool they take 100 µs, with four turns of the event loop. If the record is not in the page cache,
 * the event loop waits for the disk once. Writes always go by the thread pool.
 */
export async function readRecord(path: string): Promise<(RecordHead & StoredSession) | undefined> {
  const fd = openIfPlain(path)
  if (fd === undefined) return undefined
  try {
    const stats = fstatSync(fd)
    if (!isOurs(stats)) return undefined
    const buffer = Buffer.allocUnsafe(Math.min(stats.size, smallRecord))
    const start = buffer.subarray(0, readSync(fd, buffer))
    const head = parseHead(start, stats.size)
    if (head === undefined) return undefined
    const bytes = start.length < stats.size ? await readRest(fd, start, stats.size) : start
    return bytes && { ...head, payload: bytes.toString('utf8', head.payloadStart) }
  } finally {
    closeSync(fd)
  }
}

/** The head of the record at `path`, read synchronously; `undefined` as for {@link readRecord}. */
export function readHead(path: string): RecordHead | undefined {
  const fd = openIfPlain(path)
  if (fd === undefined) return undefined
  try {
    const stats = fstatSync(fd)
    if (!isOurs(stats)) return undefined
    const bytes = Buffer.allocUnsafe(longestHead)
    return parseHead(bytes.subarray(0, readSync(fd, bytes)), stats.size)
  } finally {
    closeSync(fd)
  }
}

/** Like {@link readHead}, but by the thread pool: not all records that gc reads are in the page cache. */
export async function fetchHead(path: string): Promise<RecordHead | undefined> {
  const handle = await open(path, readFlags).catch(ignoreUnreadable)
  if (handle === undefined) return undefined
  try {
    const stats = fstatSync(handle.fd)
    if (!isOurs(stats)) return undefined
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(longestHead), 0, longestHead)
    return parseHead(buffer.subarray(0, bytesRead), stats.size)
  } finally {
    await handle.close()
  }
}

function openIfPlain(path: string): number | undefined {
  try {
    return openSync(path, readFlags)
  } catch (error) {
    return ignoreUnreadable(error)
  }
}

/** Ignores that there is no file, or that it is a symbolic link or a socket. Throws every other error. */
function ignoreUnreadable(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT', 'ELOOP', 'ENXIO')) throw error
  return undefined
}

/**
 * Whether this is a plain file of this user with at most one name. It has no name when another process
 * replaced it after we opened it, and is still a whole record. A second name is a hard link that a store
 * never makes.
 */
function isOurs(stats: Stats): boolean {
  const user = process.geteuid?.()
  return stats.isFile() && stats.nlink <= 1 && (user === undefined || stats.uid === user)
}

function parseHead(bytes: Buffer, fileSize: number): ParsedHead | undefined {
  const end = bytes.subarray(0, longestHead).indexOf('\n')
  if (end < 0) return undefined
  const [, version, endsAt, userKey, length] = pattern.exec(bytes.toString('latin1', 0, end)) ?? []
  if (version === undefined || end + 1 + Number(length) !== fileSize) return undefined
  return {
    version,
    endsAt: Number(endsAt),
    userKey: userKey === '-' ? undefined : userKey,
    payloadStart: end + 1,
  }
}

async function readRest(fd: number, start: Buffer, size: number): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafe(size)
  let filled = start.copy(bytes)
  while (filled < size) {
    const { bytesRead } = await readAsync(fd, bytes, filled, size - filled, filled)
    if (bytesRead === 0) return undefined
    filled += bytesRead
  }
  return bytes
}
