import { mkdtemp, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FileStore } from '@mako-session/file'
import expressSession from 'express-session'
import sessionFileStore from 'session-file-store'
import type { Comparison } from './comparison.ts'
import { inProcess } from './in-process.ts'
import { ourRequests } from './our-session.ts'
import { handWritten, parsed, sessionData, verifiedId } from './signed-session.ts'

type Work = () => Promise<unknown>

/** Sessions in files, against plain file calls and against session-file-store. */
export async function fileComparisons(directory: string): Promise<Comparison[]> {
  const request = await ourRequests(new FileStore(join(directory, 'ours')))
  const byHand = await plainFiles(directory)
  const popular = await sessionFileStoreWork(directory)
  return [
    {
      name: 'file, read-only',
      ours: inProcess(request('/read')),
      theirs: inProcess(byHand.read),
      against: 'readFile by hand',
      target: 1,
      targetOf: 'micros',
      times: 2_000,
    },
    {
      name: 'file, changing',
      ours: inProcess(request('/change')),
      theirs: inProcess(byHand.change),
      against: 'readFile, write, rename by hand',
      target: 1.7,
      targetOf: 'micros',
      times: 1_000,
    },
    {
      name: 'file, changing',
      ours: inProcess(request('/change')),
      theirs: inProcess(popular),
      against: 'session-file-store, get and set',
      target: 0.2,
      targetOf: 'micros',
      times: 300,
    },
  ]
}

async function plainFiles(directory: string): Promise<{ read: Work; change: Work }> {
  const { cookie, id, json } = handWritten()
  const file = join(directory, id)
  await writeFile(file, json)
  const load = async () => {
    const known = verifiedId(`a=b; ${cookie}`)
    return parsed(known, await readFile(join(directory, known), 'utf8'))
  }
  return {
    read: async () => (await load()).data.name,
    change: async () => {
      const session = await load()
      session.data.visits += 1
      await writeFile(`${file}.new`, JSON.stringify(session))
      await rename(`${file}.new`, file)
    },
  }
}

async function sessionFileStoreWork(directory: string): Promise<Work> {
  const Store = sessionFileStore(expressSession)
  const path = await mkdtemp(join(directory, 'popular-'))
  const store = new Store({ path, reapInterval: -1, logFn: () => {} })
  const get = promisify(store.get.bind(store))
  const set = promisify(store.set.bind(store))
  const session = { ...sessionData, cookie: { maxAge: 1_800_000 } }
  await set('id', session)
  return async () => {
    const current = await get('id')
    await set('id', { ...current, visits: Number(current.visits) + 1 })
  }
}
