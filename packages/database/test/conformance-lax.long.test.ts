import { registerConformance } from '@mako-session/conformance/bind'
import { startMariaDb, type TestServer } from '@mako-session/test-servers'
import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { databaseSubject } from './database-subject.ts'

let server: TestServer
beforeAll(async () => {
  server = await startMariaDb(['--sql-mode='])
  const admin = await createConnection(server.url)
  await admin.query('CREATE USER application')
  await admin.query('GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO application')
  await admin.end()
})
afterAll(() => server?.stop())

registerConformance(
  { describe, it, skip: it.skip },
  databaseSubject("DatabaseStore with sql_mode=''", () => ({ url: server.url })),
)
registerConformance(
  { describe, it, skip: it.skip },
  databaseSubject("DatabaseStore with sql_mode='', few rights and without FOUND_ROWS", () => ({
    url: server.url,
    user: 'application',
    flags: ['-FOUND_ROWS'],
  })),
)
