import type { ServerResponse } from 'node:http'

const isEnded = Symbol('isEnded')
const heldPrototypes = new WeakMap<object, object>()

/**
 * Makes a response look as if its head had been sent: by another prototype. Accessors of its own would
 * give each response a hidden class of its own, which V8 keeps, and the response with it, until the next
 * full collection.
 */
export function pretendSent(response: ServerResponse): void {
  // Before the change of prototype: what is set first after one makes such a class too.
  Reflect.set(response, isEnded, false)
  Object.setPrototypeOf(response, heldPrototype(Object.getPrototypeOf(response)))
  // By this field Node, and older middleware, know that it is too late for a header.
  Reflect.set(response, '_header', 'held')
}

/** Makes it look as if it had been sent whole. */
export function pretendEnded(response: ServerResponse): void {
  Reflect.set(response, isEnded, true)
}

/** Makes it look as it is. */
export function stopPretending(response: ServerResponse): void {
  Object.setPrototypeOf(response, Object.getPrototypeOf(Object.getPrototypeOf(response)))
  Reflect.set(response, '_header', null)
}

/** One for all responses of a prototype: Express, for one, has its own. */
function heldPrototype(original: object): object {
  const known = heldPrototypes.get(original)
  if (known) return known
  const held: object = Object.create(original, {
    headersSent: { get: () => true },
    writableEnded: {
      get(this: object) {
        return Reflect.get(this, isEnded)
      },
    },
  })
  heldPrototypes.set(original, held)
  return held
}
