const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** A time span in words, such as `2 hours 5 minutes`: at most two units, the rest cut off. */
export function formatDuration(seconds: number): string {
  const index = units.findIndex(([, size]) => seconds >= size)
  const unit = units[index]
  if (!unit) return count(Math.max(0, Math.floor(seconds)), 'second')
  const [name, size] = unit
  const [smallerName, smallerSize] = units[index + 1] ?? ['second', 1]
  const rest = Math.floor((seconds % size) / smallerSize)
  const whole = count(Math.floor(seconds / size), name)
  return rest === 0 ? whole : `${whole} ${count(rest, smallerName)}`
}

/** How long ago an instant in milliseconds was, in words. */
export function formatAge(at: number, now = Date.now()): string {
  const seconds = (now - at) / 1_000
  return seconds < 5 ? 'just now' : `${formatDuration(seconds)} ago`
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`
}
