import { describeStoreOutages } from '@mako-session/store-promises/outages'
import { startMariaDb } from '@mako-session/test-servers'
import { createPool } from 'mysql2/promise'
import { DatabaseStore, mysql } from '../src/index.ts'

/** A busy machine may take longer to connect than the ten seconds of the default. */
const hangMs = 600_000

describeStoreOutages('DatabaseStore', {
  startServer: startMariaDb,
  async openStore(port) {
    const pool = createPool({
      ...{ host: '127.0.0.1', port, user: 'root', database: 'test' },
      connectTimeout: hangMs,
    })
    const store = new DatabaseStore(mysql(pool))
    await store.createTable()
    return { store, close: () => pool.end() }
  },
})
