import type { Store, UserIndex } from '@mako-session/core'
import type { ReferenceBackend } from './reference-backend.ts'
import type { ReferenceStore, Rules } from './reference-store.ts'

/** One way in which a store, or the subject around it, can be wrong. */
export interface Mutant {
  /** The cases that must find it, each with every seed. */
  readonly fails: readonly string[]
  /** What it has wrong inside. */
  readonly rules?: Partial<Rules>
  /** Methods that take the place of the right ones; called where a handle is constructed. */
  wrap?(store: ReferenceStore, backend: ReferenceBackend): Methods
  /** The worker module in `broken` that other processes open the store by. */
  readonly worker?: string
  /** What is wrong is the harness. */
  readonly harness?:
    | 'keeps the area'
    | 'time stands still'
    | 'handles share nothing'
    | 'work stands still'
  /**
   * What the failure says, of a mutant whose process goes on living. The case then waits in vain: a moment
   * is enough, and so are a few seeds.
   */
  readonly staysAlive?: RegExp
}

/** Some methods of a store; undefined takes one away. */
export type Methods = {
  readonly [Name in keyof (Store & UserIndex)]?: (Store & UserIndex)[Name] | undefined
} & { readonly close?: () => unknown }
