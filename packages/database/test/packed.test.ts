import { describePackedStore } from '@mako-session/packed/store'
import { startMariaDb } from '@mako-session/test-servers'

describePackedStore({
  name: 'database',
  driver: 'mysql2',
  readme: new URL('../README.md', import.meta.url),
  exampleUrl: 'mysql://user:password@localhost:3306/shop',
  startServer: startMariaDb,
})
