/** The text that a visitor typed, as one line; `undefined` when it is empty or longer than `maxLength`. */
export function singleLine(typed: string | null, maxLength: number): string | undefined {
  const line = (typed ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line !== '' && line.length <= maxLength ? line : undefined
}
