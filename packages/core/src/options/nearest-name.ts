/** The name in a list that takes the fewest typing errors to become `name`, whatever its case. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase()
  return known.toSorted((left, right) => errors(wanted, left) - errors(wanted, right))[0]
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
