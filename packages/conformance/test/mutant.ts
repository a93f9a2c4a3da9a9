import type { Store, UserIndex } from '@mako-session/core'
import type { ReferenceBackend, ReferenceStore, Rules } from './reference-store.ts'

/** One way in which a store, or the subject around it, can be wrong. */
export interface Mutant {
  /** The cases that must find it, each with every seed. */
  readonly fails: readonly string[]
  /** What it has wrong inside. */
  readonly rules?: Partial<Rules>
  /** Methods that take the place of the right ones; called once for each handle. */
  wrap?(store: ReferenceStore, backend: ReferenceBackend): Methods
  /** What is wrong is the harness. */
  readonly harness?: 'keeps the area' | 'time stands still' | 'handles share nothing'
}

/** Some methods of a store; undefined takes one away. */
export type Methods = {
  readonly [Name in keyof (Store & UserIndex)]?: (Store & UserIndex)[Name] | undefined
}
