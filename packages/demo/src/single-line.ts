/** What a visitor typed, as one line of at most `maxLength` characters; `undefined` where it is not. */
export function singleLine(typed: string | null, maxLength: number): string | undefined {
  const line = (typed ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line !== '' && line.length <= maxLength ? line : undefined
}
