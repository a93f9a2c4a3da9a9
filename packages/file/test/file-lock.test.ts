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
  it('waits while a living process holds the lock, and takes the lock over when that process is killed', async () => {
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

  it('gives up when a living process holds the lock for 10 seconds, and names that process', async () => {
    const head = join(temporaryDirectory(), 'a.lock')
    const holder = startChild('./lock-contender.ts')
    expect(await nextMessage(holder)).toBe('ready')
    holder.send(head)
    expect(await nextMessage(holder)).toBe(true)
    await expect(withLock(head, async () => true)).rejects.toThrow(
      `${head} is held for too long by process ${holder.pid}: continue or end that process`,
    )
  })

  it('lets exactly one of several processes take over the lock of a dead process', async () => {
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

  it('does not take a lock over whose dead owner, seen a moment ago, was inherited and released since', async () => {
    const [directory, fifo] = [temporaryDirectory(), join(temporaryDirectory(), 'fifo')]
    const head = join(directory, 'a.lock')
    execFileSync('mkfifo', [fifo])
    plantDeadChain(head, deadOwner(), 0)
    const late = startSingleThreaded('./late-contender.ts', head, fifo)
    expect(await nextMessage(late)).toBe('looked')
    await withLock(head, async () => {}) // Takes over from the dead owner, and removes the whole chain.
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
    // The first event is that this process makes its heir. The others are removals.
    expect(events[1]).toBe('a.lock')
    expect(events.slice(2, 4).sort()).toEqual(heirs.sort())
    expect(events[4]).toBe(events[0])
  })

  it('gives the lock to the calls of one process one at a time, in the order of the calls', async () => {
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

  it('releases the lock when the work fails', async () => {
    const directory = temporaryDirectory()
    const failing = withLock(join(directory, 'a.lock'), () => Promise.reject(new Error('failed')))
    await expect(failing).rejects.toThrow('failed')
    expect(readdirSync(directory)).toEqual([])
  })

  it('rejects where a file that is not a lock has its name, and does not touch that file', async () => {
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
  it('is false for a process that has the pid of the owner but another start', () => {
    const { pid, startedAt, nonce } = ownerOf(newOwnerText())
    expect(isAlive({ pid, startedAt, nonce })).toBe(true)
    expect(isAlive({ pid, startedAt: String(Number(startedAt) + 1), nonce })).toBe(false)
  })

  it.runIf(process.platform === 'linux')('is false for a zombie', async () => {
    // The shell starts a process, then becomes tail, which runs on and waits for no process. Only then is
    // the process told to end: the shell would have waited for it.
    const parent = spawn('sh', ['-c', 'exec 3<&0; read line <&3 & echo $!; exec tail -f /dev/null'])
    onTestFinished(() => void parent.kill('SIGKILL'))
    const [output] = await once(parent.stdout, 'data')
    const pid = Number(output)
    while (!statOf(parent.pid).includes('(tail)')) await new Promise(setImmediate)
    parent.stdin.write('end\n')
    while (!statOf(pid).includes(') Z ')) await new Promise(setImmediate)
    const startedAt = statOf(pid).split(' ').at(21) ?? ''
    expect(isAlive({ pid, startedAt, nonce: '' })).toBe(false)
  })

  it('looks at the pid alone where the owner did not know its start', () => {
    expect(isAlive({ pid: process.pid, startedAt: '0', nonce: '' })).toBe(true)
    expect(isAlive({ pid: Number(deadOwner().split('.')[0]), startedAt: '0', nonce: '' })).toBe(
      false,
    )
  })
})

function statOf(pid: number | undefined): string {
  return readFileSync(`/proc/${pid}/stat`, 'latin1')
}

function ownerOf(text: string) {
  const owner = parseOwner(text)
  if (!owner) throw new Error(`${text} names no owner`)
  return owner
}

/** Pid and start of a process that has ended. */
function deadOwner(): string {
  const pid = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim()
  return `${pid}.1`
}

/** Makes a lock whose owner is dead, with as many heirs, which are dead too. */
function plantDeadChain(head: string, dead: string, heirs: number): void {
  let link = head
  for (let index = 0; index <= heirs; index += 1) {
    const nonce = randomBytes(8).toString('hex')
    symlinkSync(`${dead}.${nonce}`, link)
    link = `${head}.${nonce}`
  }
}

async function release(holder: ChildProcess | undefined): Promise<void> {
  if (!holder) throw new Error('No process took the lock')
  const released = nextMessage(holder)
  holder.send('release')
  expect(await released).toBe('released')
}
