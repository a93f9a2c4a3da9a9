/**
 * The options that were set: those that are `undefined` count as left out.
 * @throws {TypeError} where `options` is no object, or has one that is not in `known`: a misspelt
 * option must not go unseen.
 */
export function knownOptions<Options extends object>(
  what: string,
  options: Options,
  known: readonly string[],
): Options {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`The ${what}s must be an object`)
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new TypeError(`Unknown ${what} "${unknown}": expected one of ${known.join(', ')}`)
  }
  const set = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(set) as Options
}
