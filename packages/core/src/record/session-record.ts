import type { SessionContents } from './session-contents.ts'

/** Contents as they lie in the store. */
export interface SessionRecord {
  readonly key: string
  readonly version: string
  readonly contents: SessionContents
}
