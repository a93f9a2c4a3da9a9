import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { runAfter } from './child.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** Runs a process with mounts of its own, which disappear when it ends. */
const inside = ['unshare', '--mount', ...(process.geteuid?.() === 0 ? [] : ['--map-root-user'])]
const program = './limited-process.ts'

describe('FileStore under limits', () => {
  it.runIf(canMount())(
    'rejects on a full disk, keeps the old record and can remove it',
    async () => {
      const directory = temporaryDirectory()
      const setup = `mount -t tmpfs -o size=64k,mode=700 tmpfs '${directory}'`
      expect(await runAfter({ setup, inside }, program, 'full', directory)).toEqual({
        filled: 'ENOSPC',
        outcome: 'ENOSPC',
        kept: true,
        left: 2,
        gone: true,
        again: true,
      })
    },
  )

  it('rejects a file over the size limit of the process and keeps the old record', async () => {
    // tsx would write a cache file that is larger than the limit.
    const setup = 'export TSX_DISABLE_CACHE=1; ulimit -f 64'
    expect(await runAfter({ setup }, program, 'tooLarge', temporaryDirectory())).toEqual({
      outcome: 'EFBIG',
      created: 'EFBIG',
      kept: true,
      left: 1,
      small: true,
    })
  })

  it('carries out 500 changes at once with 64 files, or rejects and changes nothing', async () => {
    const result = runAfter({ setup: 'ulimit -n 64' }, program, 'crowd', temporaryDirectory())
    expect(await result).toEqual({ others: [], intact: 500, left: 500 })
  })

  it.each(['0', '0777'])('makes private files and directories with umask %s', async (umask) => {
    const directory = temporaryDirectory()
    const modes = await runAfter({ setup: `umask ${umask}` }, program, 'modes', directory)
    expect(modes).toEqual({ files: [0o600], directories: [0o700] })
  })
})

function canMount(): boolean {
  const [program = '', ...rest] = [...inside, 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp']
  try {
    execFileSync(program, rest, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
