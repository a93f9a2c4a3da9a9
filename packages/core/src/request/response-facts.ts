/** What the rules of sessions look at in a response, at the moment when its head is about to leave. */
export interface ResponseFacts {
  readonly status: number
  /** The `Content-Type` header with its parameters; absent where there is none. */
  readonly contentType?: string | undefined
  /**
   * Whether the browser saves the response instead of showing it: `Content-Disposition: attachment`.
   * @default false
   */
  readonly isAttachment?: boolean | undefined
}

/** The facts that count for a session that is ended without any. */
export const plainPage: ResponseFacts = Object.freeze({ status: 200, contentType: 'text/html' })

/** The facts of a response. `header` gives the value or the values of a header by its lower-case name. */
export function responseFacts(status: number, header: (name: string) => unknown): ResponseFacts {
  const contentType = header('content-type') ?? undefined
  return {
    status,
    contentType: contentType === undefined ? undefined : String(contentType),
    isAttachment: /^\s*attachment\s*(;|,|$)/i.test(String(header('content-disposition') ?? '')),
  }
}
