/** A `Vary` header to which `Cookie` was added, because the response may depend on it. */
export function varyByCookie(vary: string): string {
  if (vary === '') return 'Cookie'
  const names = vary
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  if (names.includes('*') || names.includes('cookie')) return vary
  return `${vary}, Cookie`
}

/** The `Cache-Control` of a response that sets the session cookie: no cache may keep it. */
export function neverStored(cacheControl: string): string {
  return /(^|[\s,])no-store([\s,]|$)/i.test(cacheControl) ? cacheControl : 'no-store'
}
