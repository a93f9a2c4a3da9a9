/** Looks a request header up by its lower-case name. */
export type HeaderLookup = (name: string) => string | null | undefined

/**
 * Whether a request is one whose response the visitor does not see as a page: by the Fetch metadata
 * of browsers (https://www.w3.org/TR/fetch-metadata), or HEAD. Without these headers it never is.
 */
export function isBackgroundRequest(method: string | undefined, header: HeaderLookup): boolean {
  const destination = header('sec-fetch-dest')
  return (
    method === 'HEAD' ||
    (destination != null && destination !== 'document' && destination !== 'iframe') ||
    header('sec-purpose')?.startsWith('prefetch') === true
  )
}
