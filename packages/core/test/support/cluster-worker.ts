import { MemoryStore } from '../../src/index.ts'

// Run as a worker of node:cluster: uses two stores, and sends its warnings to the primary.
const warnings: string[] = []
process.on('warning', (warning) =>
  warnings.push(`${Reflect.get(warning, 'code')}: ${warning.message}`),
)
for (const store of [new MemoryStore(), new MemoryStore()]) {
  for (const digit of ['0', '1']) {
    await store.create(digit.repeat(32), { version: 'v'.repeat(22), payload: '', ttl: 60 })
  }
}
await new Promise(setImmediate)
process.send?.(warnings)
process.disconnect()
