import { readlinkSync } from 'node:fs'
import { symlink, unlink } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { hasCode, ignoreMissing } from './has-code.ts'
import { KeyQueue } from './key-queue.ts'
import { isAlive, newOwnerText, parseOwner } from './lock-owner.ts'

/*
 * A lock between the processes of one host. When its owner dies, another process can take it over.
 *
 * The lock is a symbolic link, the head, that points at a text naming its owner: symlink(2) makes it and
 * readlink(2) reads it as a whole, so a process never sees half a lock. A lock whose owner is dead is not
 * removed in order to take it: between the look and the removal another process may have taken it over,
 * and then the lock of that process would be removed. The lock is inherited instead: a process makes the
 * link `<head>.<nonce of the dead owner>`, the heir, which fails for all processes but one. If that
 * process dies too, another makes the heir of the heir, and so on.
 *
 * Invariant: the lock belongs to the last owner on the chain head → heir → heir … It holds because
 *  - each attempt has a nonce of its own, so a link is the heir of one attempt only, and a head that
 *    was removed is never made again with the same text;
 *  - only the last owner of a chain removes its links, and the head first. A process that made an heir
 *    and then finds the head unchanged knows that the chain it followed was whole, and that it is the
 *    last owner. If the head did change, that chain was released: the process drops its heir again.
 */

/** A writer gives up after this time. A lock is held for a millisecond, or for the time of some fsyncs. */
const patienceMs = 10_000
const longestWaitMs = 16
const longestChain = 100

/** Shared by all stores of this process: its own calls wait in turn, and never for each other's links. */
const queue = new KeyQueue()

/**
 * Waits for the lock and runs `work` while holding it.
 *
 * @throws {Error} when another living process still holds the lock 10 seconds after the call, or when
 * something that is not a lock lies at its name.
 */
export function withLock<T>(head: string, work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + patienceMs
  return queue.run(head, async () => runAndRelease(await acquire(head, giveUpAt), work))
}

/**
 * Like {@link withLock}, but resolves `undefined`, without running `work`, where another process holds the
 * lock or something that is not a lock lies at its name.
 */
export function withLockIfFree<T>(head: string, work: () => Promise<T>): Promise<T | undefined> {
  return queue.run(head, async () => {
    const links = await attempt(head)
    return typeof links === 'string' ? undefined : runAndRelease(links, work)
  })
}

async function acquire(head: string, giveUpAt: number): Promise<readonly string[]> {
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    const links = await attempt(head)
    if (links === 'foreign') throw new Error(`${head} is not a lock of a FileStore: remove it`)
    if (links !== 'held') return links
    if (performance.now() > giveUpAt) {
      throw new Error(
        `${head} is held for too long by process ${parseOwner(readLink(head) ?? '')?.pid ?? 'unknown'}: continue or end that process`,
      )
    }
    await wait(Math.random() * waitMs)
  }
}

async function runAndRelease<T>(links: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    for (const link of links) await unlink(link).catch(ignoreMissing)
  }
}

/**
 * Tries once to take the lock, and then resolves the links to remove at release, the head first. Resolves
 * `'held'` where a living process has it, and `'foreign'` where something that is not a lock lies there.
 */
async function attempt(head: string): Promise<readonly string[] | 'held' | 'foreign'> {
  const owner = newOwnerText()
  const links: string[] = []
  let link = head
  let headText: string | undefined
  while (links.length < longestChain) {
    links.push(link)
    if (await makeLink(owner, link)) {
      if (link === head || readLink(head) === headText) return links
      await unlink(link).catch(ignoreMissing)
      return 'held'
    }
    const text = readLink(link)
    if (text === undefined) return 'held'
    headText ??= text
    const other = parseOwner(text)
    if (other === undefined) return 'foreign'
    if (isAlive(other)) return 'held'
    link = `${head}.${other.nonce}`
  }
  return 'foreign'
}

async function makeLink(owner: string, link: string): Promise<boolean> {
  try {
    await symlink(owner, link)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** The text that a link points at; `undefined` where there is nothing, empty for a file that is no link. */
function readLink(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch (error) {
    return hasCode(error, 'EINVAL') ? '' : ignoreMissing(error)
  }
}
