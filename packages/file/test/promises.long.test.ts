import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeStorePromises } from '@mako-session/store-promises'
import { afterAll } from 'vitest'

const directory = await mkdtemp(join(tmpdir(), 'mako-file-'))
afterAll(() => rm(directory, { recursive: true }))

describeStorePromises(
  'FileStore',
  {
    module: new URL('./promises-worker.ts', import.meta.url),
    namespace: 'sessions',
    arg: directory,
  },
  'long',
)
