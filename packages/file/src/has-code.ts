/** Whether a caught value is a system error with one of these codes, such as `'ENOENT'`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && codes.includes(code)
}

/** For `catch`: lets a missing file or directory pass and throws everything else. */
export function ignoreMissing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error
  return undefined
}
