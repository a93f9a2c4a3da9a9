/**
 * The name in a list that `name` was most likely meant to be: the one with the fewest typing errors,
 * whatever its case. `undefined` where more than half of the characters would be wrong.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase()
  const [nearest] = known.toSorted((left, right) => errors(wanted, left) - errors(wanted, right))
  return nearest !== undefined && errors(wanted, nearest) * 2 <= name.length ? nearest : undefined
}

/** The Levenshtein distance: how many characters have to be inserted, removed or replaced. */
function errors(wanted: string, name: string): number {
  const target = name.toLowerCase()
  let row = Array.from({ length: target.length + 1 }, (_, index) => index)
  for (const [position, character] of [...wanted].entries()) {
    const next = [position + 1]
    for (let index = 0; index < target.length; index += 1) {
      const replaced = (row[index] ?? 0) + (character === target[index] ? 0 : 1)
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
