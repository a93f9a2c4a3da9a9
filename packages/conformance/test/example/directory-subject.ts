import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subject } from '@mako-session/conformance'
import { virtualClock } from '@mako-session/conformance/clock'
import { DirectoryStore } from './directory-store.ts'

export const subject: Subject = {
  name: 'DirectoryStore',
  userIndex: false,
  worker: { module: new URL('./directory-worker.ts', import.meta.url) },
  async setup() {
    const root = await mkdtemp(join(tmpdir(), 'directory-store-'))
    const directory = (namespace: string) => join(root, encodeURIComponent(namespace))
    const time = virtualClock()
    return {
      time,
      workerArg: root,
      async open(namespace = 'main') {
        return new DirectoryStore(directory(namespace), time.now)
      },
      async connect(namespace) {
        return () => new DirectoryStore(directory(namespace), time.now)
      },
      async peek(namespace, key) {
        return access(join(directory(namespace), key)).then(
          () => true,
          () => false,
        )
      },
      async plant(namespace, key) {
        await mkdir(directory(namespace), { recursive: true })
        await writeFile(join(directory(namespace), key), 'not a session')
      },
      async dispose() {
        await rm(root, { recursive: true })
      },
    }
  },
}
