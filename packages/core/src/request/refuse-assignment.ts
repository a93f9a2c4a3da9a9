/** What an application means that assigns to these names, where it is not to put a value. */
const meant = new Map([
  ['userId', 'call session.bindUser(userId) at login'],
  ['flash', "call session.flash(key, value) for the next request, or session.put('flash', value)"],
])

/**
 * Makes assignments to the properties of a class's instances throw, also in code that is not strict:
 * `session.user = 'ann'` would be lost with the request. Private fields and `Object.defineProperty`
 * work as before. Reading an unknown property gives `undefined`, as of any object.
 */
export function refuseAssignment(prototype: object): void {
  for (const name of Reflect.ownKeys(prototype)) refuseAssignmentTo(prototype, name)
  // Looked at only for names that the instance and its class do not have, so calls are as fast as before.
  const last = new Proxy(Object.create(Object.getPrototypeOf(prototype)), {
    set: (_, name) => refuse(name),
  })
  Object.setPrototypeOf(prototype, last)
}

function refuseAssignmentTo(prototype: object, name: PropertyKey): void {
  const { value, get, ...rest } = Object.getOwnPropertyDescriptor(prototype, name) ?? {}
  if (name === 'constructor') return // What prints objects looks for a plain property of that name.
  Object.defineProperty(prototype, name, {
    ...{ configurable: true, enumerable: rest.enumerable ?? false },
    get: get ?? (() => value),
    set: () => refuse(name),
  })
}

function refuse(name: PropertyKey): never {
  const text = String(name)
  const instead =
    meant.get(text) ?? `call session.put('${text}', value), and session.get('${text}')`
  throw new TypeError(`session.${text} cannot be assigned: ${instead}`)
}
