import type { Store } from '@mako-session/core'
import type { Environment, Subject } from '../src/subject/subject.ts'
import { memorySubject } from './memory-subject.ts'

/** A memory subject whose environment has some parts replaced. It counts the calls of `dispose`. */
export function brokenSubject(
  breaks: (environment: Environment) => Partial<Environment>,
): Subject & { readonly disposals: () => number } {
  let disposals = 0
  return {
    ...memorySubject,
    disposals: () => disposals,
    async setup(context) {
      const environment = await memorySubject.setup(context)
      const dispose = async () => {
        disposals += 1
      }
      return { ...environment, dispose, ...breaks(environment) }
    },
  }
}

/** Opens stores of the environment with some methods replaced. */
export function opening(
  environment: Environment,
  methods: Partial<Store>,
): Pick<Environment, 'open'> {
  return {
    async open(namespace) {
      const store = await environment.open(namespace)
      return {
        read: (key) => store.read(key),
        create: (key, session) => store.create(key, session),
        update: (key, expectedVersion, session) => store.update(key, expectedVersion, session),
        delete: (key) => store.delete(key),
        gc: (signal) => store.gc(signal),
        ...methods,
      }
    },
  }
}
