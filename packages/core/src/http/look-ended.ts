import type { ServerResponse } from 'node:http'

const endedPrototypes = new WeakMap<object, object>()

/**
 * Makes a response look as if it had been sent whole, until the function that is returned is called. By
 * another prototype: an accessor of its own would give each response a hidden class of its own, which V8
 * keeps, and the response with it, until the next full collection.
 */
export function lookEnded(response: ServerResponse): () => void {
  const original = Object.getPrototypeOf(response)
  const ended = endedPrototype(original)
  Object.setPrototypeOf(response, ended)
  return () => {
    // An application of Express that is left gives the response the prototype of the one around it.
    if (Object.getPrototypeOf(response) === ended) Object.setPrototypeOf(response, original)
  }
}

/** One for all responses of a prototype: each application of Express has its own. */
function endedPrototype(original: object): object {
  const known = endedPrototypes.get(original)
  if (known) return known
  const ended: object = Object.create(original, { writableEnded: { get: () => true } })
  endedPrototypes.set(original, ended)
  return ended
}
