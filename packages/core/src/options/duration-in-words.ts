const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** A whole number of seconds in the largest unit that needs no fraction: 86 400 is '1 day', 90 '90 seconds'. */
export function durationInWords(seconds: number): string {
  const [unit, size] = units.find((it) => seconds % it[1] === 0) ?? ['second', 1]
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
