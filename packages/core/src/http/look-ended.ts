import type { ServerResponse } from 'node:http'

const endedPrototypes = new WeakMap<object, object>()

/**
 * Makes a response look completely sent, until the returned function is called. It changes the
 * prototype, because an accessor on the response itself would give each response a hidden class of its
 * own, which V8 keeps, and the response with it, until the next full garbage collection.
 */
export function lookEnded(response: ServerResponse): () => void {
  const original = Object.getPrototypeOf(response)
  const ended = endedPrototype(original)
  Object.setPrototypeOf(response, ended)
  return () => {
    // When a request leaves a mounted Express application, Express puts the parent's prototype on the
    // response. Then ours is gone; keep theirs.
    if (Object.getPrototypeOf(response) === ended) Object.setPrototypeOf(response, original)
  }
}

/** One for all responses of a prototype. Each Express application has a prototype of its own. */
function endedPrototype(original: object): object {
  const known = endedPrototypes.get(original)
  if (known) return known
  const ended: object = Object.create(original, { writableEnded: { get: () => true } })
  endedPrototypes.set(original, ended)
  return ended
}
