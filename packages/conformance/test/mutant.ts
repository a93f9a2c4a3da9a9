import type { Store, UserIndex } from '@mako-session/core'
import type { ReferenceBackend } from './reference-backend.ts'
import type { ReferenceStore, Rules } from './reference-store.ts'

/** One way in which a store, or the subject around it, can be wrong. */
export interface Mutant {
  /** The cases that must fail with this mutant, each with every seed. */
  readonly fails: readonly string[]
  /** Rules of the reference store that are wrong. */
  readonly rules?: Partial<Rules>
  /** Returns wrong methods that replace the correct ones. Called for each handle that is constructed. */
  wrap?(store: ReferenceStore, backend: ReferenceBackend): Methods
  /** The module in `broken` by which other processes open the store. */
  readonly worker?: string
  /** What is wrong with the subject and not with the store. */
  readonly harness?:
    | 'keeps the area'
    | 'time stands still'
    | 'handles share nothing'
    | 'work stands still'
  /**
   * What the failure says of a mutant whose process does not end. The case then waits its whole time, so it is
   * run with a short wait and a few seeds.
   */
  readonly staysAlive?: RegExp
}

/** Some methods of a store. A method that is undefined removes the one of the store. */
export type Methods = {
  readonly [Name in keyof (Store & UserIndex)]?: (Store & UserIndex)[Name] | undefined
} & { readonly close?: () => unknown }
