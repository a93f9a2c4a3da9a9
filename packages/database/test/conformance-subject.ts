import { provideMariaDb } from '@mako-session/test-servers'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { databaseSubject } from './database-subject.ts'

const server = await provideMariaDb()
const connection = await createConnection(server.url)
const [[row]] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version')
await connection.end()

export const subject = databaseSubject(`DatabaseStore on ${product(row?.version)}`, () => ({
  url: server.url,
}))

export const teardown = (): Promise<void> => server.stop()

/** MariaDB says, say, `10.11.14-MariaDB-0+deb12u2`; MySQL its number alone. */
function product(version: string): string {
  return `${version.includes('MariaDB') ? 'MariaDB' : 'MySQL'} ${version.split('-')[0]}`
}
