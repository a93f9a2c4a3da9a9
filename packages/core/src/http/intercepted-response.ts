import type { ServerResponse } from 'node:http'

/** The methods that send the head of a response, or imply it. */
export type Sending = 'writeHead' | 'write' | 'end' | 'flushHeaders'
export type Arguments = readonly unknown[]

/** Takes the calls of the methods that send, and answers them. */
export interface Interceptor {
  call(name: Sending, args: Arguments): unknown
  /** Whether the response is to look as if it had been sent whole. */
  readonly looksEnded: boolean
}

/** A prototype whose methods ask the interceptor that a response has in a slot. */
interface Interception {
  readonly slot: symbol
  readonly prototype: object
}

const sendings: readonly Sending[] = ['writeHead', 'write', 'end', 'flushHeaders']
/** One for all responses of a prototype: Express, for one, has its own, and so has a second interceptor. */
const interceptions = new WeakMap<object, Interception>()

/**
 * Puts an interceptor in front of the methods that send, by another prototype. A property that a response
 * gets after a change of prototype gives it, before Node 24, a hidden class of its own, which slows down all
 * that is done with it: so what Node would add comes first, and one change replaces four properties on the
 * responses of Express, whose prototype was changed before.
 */
export function intercept(response: ServerResponse, interceptor: Interceptor): void {
  const original = Object.getPrototypeOf(response)
  let interception = interceptions.get(original)
  if (!interception) {
    interception = interceptionOf(original)
    interceptions.set(original, interception)
  }
  const { statusCode, statusMessage } = response
  Object.assign(response, { statusCode, statusMessage, [interception.slot]: interceptor })
  Object.setPrototypeOf(response, interception.prototype)
  comeToFront(response, interceptor)
}

/** Puts it in front of what others have put in front of the methods since, too. */
export function comeToFront(
  response: ServerResponse,
  interceptor: Interceptor,
  names: readonly Sending[] = sendings,
): void {
  for (const name of names) {
    if (!Object.hasOwn(response, name)) continue
    Reflect.set(response, name, (...args: unknown[]) => interceptor.call(name, args))
  }
}

function interceptionOf(original: object): Interception {
  const slot = Symbol('interceptor')
  const prototype = Object.create(original, {
    writableEnded: {
      get(this: object) {
        const { looksEnded } = Reflect.get(this, slot)
        return looksEnded || Reflect.get(original, 'writableEnded', this)
      },
    },
  })
  for (const name of sendings) {
    prototype[name] = function (this: object, ...args: unknown[]) {
      return Reflect.get(this, slot).call(name, args)
    }
  }
  return { slot, prototype }
}
