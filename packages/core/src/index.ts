export { MemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export type { SessionToStore, Store, StoredSession, UserIndex } from './store.ts'
