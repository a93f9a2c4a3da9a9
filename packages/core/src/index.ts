export type { CookieOptions } from './cookie/cookie-options.ts'
export { MemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export { checkOptionNames } from './options/check-option-names.ts'
export { checkStoreArguments, type StoreArguments } from './options/check-store-arguments.ts'
export type { BindUserOptions } from './request/bind-user-options.ts'
export type { RequestFacts } from './request/request-facts.ts'
export type { ResponseFacts } from './request/response-facts.ts'
export { type AnySession, type DataKey, Session } from './session.ts'
export { SessionError, type SessionErrorCode } from './session-error.ts'
export type { RejectionReason, SessionEvents } from './session-events.ts'
export {
  type AnySessionManager,
  type LoadOptions,
  SessionManager,
  type SessionOf,
} from './session-manager.ts'
export type { SessionOptions } from './session-options.ts'
export type { SessionToStore, Store, StoredSession, UserIndex } from './store.ts'
export { type TokenRule, tokenRule } from './token-rule.ts'
export type { Serializer } from './values/strict-json.ts'
