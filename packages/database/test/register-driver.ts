import { registerConformance } from '@mako-session/conformance/bind'
import { type ProvidedServer, provideMariaDb } from '@mako-session/test-servers'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { databaseSubject } from './database-subject.ts'

/** Registers the suite for one version of mysql2. */
export function registerDriver(driver: 'newest' | 'oldest'): void {
  let server: ProvidedServer
  beforeAll(async () => {
    server = await provideMariaDb()
  })
  afterAll(() => server?.stop())

  registerConformance(
    { describe, it, skip: it.skip },
    databaseSubject(`DatabaseStore with the ${driver} mysql2`, () => ({ url: server.url, driver })),
  )
}
