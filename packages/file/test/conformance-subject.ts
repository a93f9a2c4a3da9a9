import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Subject } from '@mako-session/conformance'
import { openStore } from './conformance-worker.ts'
import { FileSystemWork } from './file-subject-work.ts'

export const subject: Subject = {
  name: 'FileStore',
  userIndex: true,
  worker: { module: new URL('./conformance-worker.ts', import.meta.url) },
  async setup() {
    const area = mkdtempSync(join(tmpdir(), 'mako-file-conformance-'))
    setClock(area, Date.now())
    let work: FileSystemWork | undefined
    return {
      workerArg: area,
      open: async (namespace = '') => openStore(namespace, area),
      connect: async (namespace) => () => openStore(namespace, area),
      time: {
        kind: 'virtual',
        advance(seconds) {
          setClock(area, Number(readFileSync(join(area, 'clock'), 'utf8')) + seconds * 1_000)
        },
      },
      async work() {
        work ??= new FileSystemWork()
        return work.amount
      },
      peek: async (namespace, key) => existsSync(pathOf(area, namespace, key)),
      async plant(namespace, key) {
        const path = pathOf(area, namespace, key)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, 'not a session\n')
      },
      async dispose() {
        work?.end()
        rmSync(area, { recursive: true })
      },
    }
  },
}

/** Writes a new file and renames it, so that no process reads half a number. */
function setClock(area: string, now: number): void {
  writeFileSync(join(area, 'clock.new'), String(now))
  renameSync(join(area, 'clock.new'), join(area, 'clock'))
}

function pathOf(area: string, namespace: string, key: string): string {
  return join(area, 'stores', encodeURIComponent(`of ${namespace}`), key.slice(0, 2), key)
}
