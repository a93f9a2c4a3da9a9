import { readmeOptions, registerClients } from './register-clients.ts'

registerClients({
  'the newest ioredis as in the README': { driver: 'newest', options: readmeOptions },
})
