import type { Answer } from './answer.ts'
import type { DemoSession } from './demo-session.ts'

/** What a page knows of the request. */
export interface PageRequest {
  readonly session: DemoSession
  /** The fields that were sent, none for a GET. */
  readonly form: URLSearchParams
  /** Whether somebody asked to see the page: a `HEAD` request does not. */
  readonly isVisit: boolean
}

/** Answers a request. */
export type Handler = (request: PageRequest) => Answer | Promise<Answer>

/** The handlers of one path. `GET` answers `HEAD` as well. */
export type Route = Readonly<Partial<Record<'GET' | 'POST', Handler>>>
