/** A copy without the options that are `undefined`: they count as left out. */
export function optionsThatAreSet<Options extends object>(options: Options): Options {
  const set = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(set) as Options
}
