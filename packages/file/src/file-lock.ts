import { readlinkSync } from 'node:fs'
import { symlink, unlink } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { hasCode, ignoreMissing } from './has-code.ts'
import { KeyQueue } from './key-queue.ts'
import { isAlive, newOwnerText, parseOwner } from './lock-owner.ts'

/*
 * A lock between processes of one host that outlives the death of any of them.
 *
 * The lock is a symbolic link, the head, that points at its owner: symlink(2) makes it and readlink(2)
 * reads it as a whole, so nobody ever sees half a lock. A lock whose owner is dead is never removed
 * in order to take it: between the look and the removal another process may have taken it over, and
 * the lock of that one would be removed. It is inherited: `<head>.<nonce of the dead owner>` is made
 * exclusively, which only one process can do; if that one dies too, its heir is made, and so on.
 *
 * Invariant: the lock belongs to the last owner on the chain head → heir → heir … It holds because
 *  - each attempt has a nonce of its own, so a link is the heir of one attempt only, and a head that
 *    was removed never comes back;
 *  - links of a chain are removed by its last owner alone, and the head first. So whoever made an heir
 *    and then finds the head unchanged knows that the chain it followed was whole, and is its last
 *    owner. If the head did change, the new heir hangs on a chain that is over, and is dropped.
 */

/** A writer gives up after so long. A lock is held for less than a millisecond, or for some fsyncs. */
const patienceMs = 10_000
const longestWaitMs = 16
const longestChain = 100

/** Shared by all stores of this process, so that it never contends with itself. */
const queue = new KeyQueue()

/**
 * Runs `work` while nobody else holds the lock.
 *
 * @throws {Error} when another living process holds the lock for too long, or when something that is
 * not a lock lies at its name.
 */
export function withLock<T>(head: string, work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + patienceMs
  return queue.run(head, async () => runAndRelease(await acquire(head, giveUpAt), work))
}

/** Like {@link withLock}, but resolves `undefined` where another process holds the lock. */
export function withLockIfFree<T>(head: string, work: () => Promise<T>): Promise<T | undefined> {
  return queue.run(head, async () => {
    const links = await attempt(head)
    return typeof links === 'string' ? undefined : runAndRelease(links, work)
  })
}

async function acquire(head: string, giveUpAt: number): Promise<readonly string[]> {
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    const links = await attempt(head)
    if (links === 'foreign') throw new Error(`${head} is not a lock: remove it`)
    if (links !== 'held') return links
    if (performance.now() > giveUpAt) {
      throw new Error(`${head} is held for too long by process ${readLink(head) ?? 'unknown'}`)
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

/** Resolves the links to remove at release, the head first, when the lock could be had. */
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

/** What a link points at: `undefined` without a link, empty for something that is not a link. */
function readLink(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch (error) {
    return hasCode(error, 'EINVAL') ? '' : ignoreMissing(error)
  }
}
