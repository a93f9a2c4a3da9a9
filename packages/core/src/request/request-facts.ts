/** What the rules of sessions look at in a request, whatever the server or framework. */
export interface RequestFacts {
  /** In capital letters: `GET`. */
  readonly method: string
  /** Whether the request reached this server by TLS. */
  readonly isEncrypted: boolean
  /** As the `Host` header, or `:authority` of HTTP/2, has it: with the port, if it names one. */
  readonly host: string
  /** The value of a request header, by its name in lower case; `undefined` where there is none. */
  readonly header: (name: string) => string | undefined
}

/** The facts that count for a session that was loaded without any: those of a plain visit of a page. */
export const plainVisit: RequestFacts = Object.freeze({
  method: 'GET',
  isEncrypted: false,
  host: '',
  header: () => undefined,
})
