import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
  watch,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nextMessage } from '@mako-session/store-promises/next-message'
import { describe, expect, it, onTestFinished } from 'vitest'
import { withLock, withLockIfFree } from '../src/file-lock.ts'
import { isAlive, newOwnerText, parseOwner } from '../src/lock-owner.ts'
import { endChild, startChild, startSingleThreaded } from './child.ts'
import { temporaryDirectory } from './temporary-directory.ts'

describe('withLock', () => {
  it('waits until the process that holds the lock is killed, then takes the lock over', async () => {
    const directory = temporaryDirectory()
    const head = join(directory, 'a.lock')
    const holder = startChild('./lock-contender.ts')
    expect(await nextMessage(holder)).toBe('ready')
    holder.send(head)
    expect(await nextMessage(holder)).toBe(true)

    expect(await withLockIfFree(head, async () => true)).toBe(undefined)
    const taken = withLock(head, async () => readdirSync(directory).length)
    await endChild(holder)

    expect(await taken).toBe(2)
    expect(readdirSync(directory)).toEqual([])
  })

  it('lets exactly one of several processes take over from the dead', async () => {
    const directory = temporaryDirectory()
    const head = join(directory, 'a.lock')
    const dead = deadOwner()
    const contenders = [1, 2, 3, 4].map(() => startChild('./lock-contender.ts'))
    await Promise.all(contenders.map(nextMessage))

    for (let round = 0; round < 300; round += 1) {
      plantDeadChain(head, dead, round % 4)
      const answers = contenders.map(nextMessage)
      for (const contender of contenders) contender.send(head)
      const took = await Promise.all(answers)
      expect(took.filter((answer) => answer === true).length).toBe(1)
      await release(contenders[took.indexOf(true)])
      expect(readdirSync(directory)).toEqual([])
    }
  })

  it('is not fooled by a dead owner that was inherited from since it looked', async () => {
    const [directory, fifo] = [temporaryDirectory(), join(temporaryDirectory(), 'fifo')]
    const head = join(directory, 'a.lock')
    execFileSync('mkfifo', [fifo])
    plantDeadChain(head, deadOwner(), 0)
    const late = startSingleThreaded('./late-contender.ts', head, fifo)
    expect(await nextMessage(late)).toBe('looked')
    await withLock(head, async () => {}) // Takes over from the dead owner, and leaves nothing of it.
    await withLock(head, async () => {
      const took = nextMessage(late)
      await writeFile(fifo, '')
      expect(await took).toBe(false)
      expect(readdirSync(directory)).toEqual(['a.lock'])
    })
  })

  it.runIf(process.platform === 'linux')('removes the head before its heirs', async () => {
    const directory = temporaryDirectory()
    const head = join(directory, 'a.lock')
    plantDeadChain(head, deadOwner(), 2)
    const heirs = readdirSync(directory).filter((name) => name !== 'a.lock')
    const events: (string | null)[] = []
    const watcher = watch(directory, (_, name) => events.push(name))
    onTestFinished(() => watcher.close())
    await withLock(head, async () => {})
    while (events.length < 5) await new Promise(setImmediate)
    // First the heir of this process is made, then all go.
    expect(events[1]).toBe('a.lock')
    expect(events.slice(2, 4).sort()).toEqual(heirs.sort())
    expect(events[4]).toBe(events[0])
  })

  it('gives the lock to one at a time within a process, as they came', async () => {
    const head = join(temporaryDirectory(), 'a.lock')
    const order: number[] = []
    let holders = 0
    const seen = Array.from({ length: 50 }, (_, index) =>
      withLock(head, async () => {
        order.push(index)
        holders += 1
        await new Promise(setImmediate)
        holders -= 1
        return holders
      }),
    )
    expect(new Set(await Promise.all(seen))).toEqual(new Set([0]))
    expect(order).toEqual([...seen.keys()])
  })

  it('releases the lock of work that fails', async () => {
    const directory = temporaryDirectory()
    const failing = withLock(join(directory, 'a.lock'), () => Promise.reject(new Error('failed')))
    await expect(failing).rejects.toThrow('failed')
    expect(readdirSync(directory)).toEqual([])
  })

  it('refuses what is not a lock and leaves it alone', async () => {
    const directory = temporaryDirectory()
    const planted = join(directory, 'a.lock')
    symlinkSync('/etc/passwd', planted)
    await expect(withLock(planted, async () => true)).rejects.toThrow('is not a lock')
    expect(await withLockIfFree(planted, async () => true)).toBe(undefined)
    expect(readlinkSync(planted)).toBe('/etc/passwd')

    unlinkSync(planted)
    mkdirSync(planted)
    await expect(withLock(planted, async () => true)).rejects.toThrow('is not a lock')
  })
})

describe('isAlive', () => {
  it('takes a process with the pid of the owner but another start for another process', () => {
    const { pid, startedAt, nonce } = ownerOf(newOwnerText())
    expect(isAlive({ pid, startedAt, nonce })).toBe(true)
    expect(isAlive({ pid, startedAt: String(Number(startedAt) + 1), nonce })).toBe(false)
  })

  it.runIf(process.platform === 'linux')('takes a zombie for dead', async () => {
    // The shell starts a process, then becomes a program that never waits for that process: cat, which
    // runs until its input is closed.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec cat'])
    onTestFinished(() => void parent.kill('SIGKILL'))
    const [output] = await once(parent.stdout, 'data')
    const pid = Number(output)
    while (!statOf(pid).includes(') Z ')) await new Promise(setImmediate)
    const startedAt = statOf(pid).split(' ').at(21) ?? ''
    expect(isAlive({ pid, startedAt, nonce: '' })).toBe(false)
  })

  it('goes by the pid alone where the owner could not tell its start', () => {
    expect(isAlive({ pid: process.pid, startedAt: '0', nonce: '' })).toBe(true)
    expect(isAlive({ pid: Number(deadOwner().split('.')[0]), startedAt: '0', nonce: '' })).toBe(
      false,
    )
  })
})

function statOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'latin1')
}

function ownerOf(text: string) {
  const owner = parseOwner(text)
  if (!owner) throw new Error(`${text} names no owner`)
  return owner
}

/** Pid and start of a process that was and is no more. */
function deadOwner(): string {
  const pid = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim()
  return `${pid}.1`
}

/** A lock whose owner is dead, and so are this many heirs. */
function plantDeadChain(head: string, dead: string, heirs: number): void {
  let link = head
  for (let index = 0; index <= heirs; index += 1) {
    const nonce = randomBytes(8).toString('hex')
    symlinkSync(`${dead}.${nonce}`, link)
    link = `${head}.${nonce}`
  }
}

async function release(holder: ChildProcess | undefined): Promise<void> {
  if (!holder) throw new Error('Nobody took the lock')
  const released = nextMessage(holder)
  holder.send('release')
  expect(await released).toBe('released')
}
