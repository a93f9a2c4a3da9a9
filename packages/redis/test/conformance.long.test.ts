import { readmeOptions, registerClients } from './register-clients.ts'

registerClients({
  'the newest ioredis': { driver: 'newest' },
  'the oldest ioredis': { driver: 'oldest' },
  'the oldest ioredis as in the README': { driver: 'oldest', options: readmeOptions },
})
