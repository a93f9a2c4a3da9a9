import { nearestName } from './nearest-name.ts'

/**
 * Refuses options with a misspelt name, which would have no effect. Stores and adapters check their
 * own options with it. `owner` is what takes the options, for the message.
 *
 * @throws {TypeError} where `options` is no object, or has an option that is not in `names`. The
 * message gives the name that was likely meant.
 */
export function checkOptionNames(owner: string, options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`The options of ${owner} must be an object`)
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue
    const nearest = nearestName(name, names)
    const advice = nearest === undefined ? '' : ` Did you mean "${nearest}"?`
    throw new TypeError(
      `${owner} has no option "${name}".${advice} Its options are: ${names.join(', ')}.`,
    )
  }
}
