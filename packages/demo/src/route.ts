import type { Answer } from './answer.ts'
import type { DemoSession } from './demo-session.ts'

/** What a page knows of the request. */
export interface PageRequest {
  readonly session: DemoSession
  /** The fields that were sent, none for a GET. */
  readonly form: URLSearchParams
  /** Whether the request is a GET. A visitor does not see the answer to a HEAD request. */
  readonly isVisit: boolean
}

/** Answers a request. */
export type Handler = (request: PageRequest) => Answer | Promise<Answer>

/** The handlers of one path. `GET` answers `HEAD` as well. */
export type Route = Readonly<Partial<Record<'GET' | 'POST', Handler>>>
