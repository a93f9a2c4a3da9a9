/** @throws {RangeError} that names the option, where `value` is no whole number within the bounds. */
export function checkWholeNumber(
  option: string,
  value: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): void {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new RangeError(`${option} must be a whole number from ${least} to ${most}, not ${value}`)
  }
}
