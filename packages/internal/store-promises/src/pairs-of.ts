/** Every set of two of these, and each with itself. */
export function pairsOf<Name>(names: readonly Name[]): (readonly [Name, Name])[] {
  return names.flatMap((first, index) =>
    names.slice(index).map((second) => [first, second] as const),
  )
}
