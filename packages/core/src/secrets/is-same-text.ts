import { timingSafeEqual } from 'node:crypto'

/** Whether two texts are the same, found out in a time that does not tell where they differ. */
export function isSameText(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
