import type { Session } from '@mako-session/core'
import type { RequestStep } from './interleaved-request.ts'

/** How long after a change of id, in seconds, a request with the old one is superseded. */
export const grace = 30

/** The user whose session it is in most scenarios. */
export const mainUser = 'U'

/** What one request of a scenario does, and what that means for the promises. */
export interface RequestAct {
  /** Gets the number of the request, and a one-time token of the session. */
  readonly steps: (request: number, token: string) => readonly RequestStep[]
  /** The user whom it logs in. */
  readonly logsIn?: (request: number) => string
  /** Whether it ends the session that it finds. */
  readonly ends?: true
  /** Whether it replaces the id. A login does, too. */
  readonly regenerates?: true
  /** Whether it changes what the session holds, and nothing where there is none. */
  readonly changesInPlace?: true
  /** Whether a session holds what the request keeps in it. */
  readonly isKeptIn?: (session: Session, request: number) => boolean
}

const putBy = (request: number) => ['put', `put by ${request}`, true] as const
const isPutKept = (session: Session, request: number) => session.has(`put by ${request}`)
const farewell = ['flash', 'farewell', true] as const
const isFarewellKept = (session: Session) => session.hasFlash('farewell')
const hasField = (value: unknown, field: string) =>
  typeof value === 'object' && value !== null && field in value
const another = (request: number) => `another user ${request}`

export const requestActs = {
  put: { steps: (request) => [putBy(request)], isKeptIn: isPutKept },
  update: { steps: () => [['increment', 'count']], isKeptIn: (session) => session.has('count') },
  'change in place': {
    steps: (request) => [['setField', `object ${request}`, 'changed']],
    changesInPlace: true,
    isKeptIn: (session, request) => hasField(session.get(`object ${request}`), 'changed'),
  },
  'add to a list': {
    steps: (request) => [['push', 'list', `by ${request}`]],
    changesInPlace: true,
    isKeptIn: (session, request) => {
      const list = session.get('list')
      return Array.isArray(list) && list.filter((item) => item === `by ${request}`).length === 1
    },
  },
  'set a field': {
    steps: (request) => [['setField', 'object', `by ${request}`]],
    changesInPlace: true,
    isKeptIn: (session, request) => hasField(session.get('object'), `by ${request}`),
  },
  flash: {
    steps: (request) => [['flash', `flash by ${request}`, true]],
    isKeptIn: (session, request) => session.hasFlash(`flash by ${request}`),
  },
  generateToken: { steps: () => [['generateToken']] },
  validateToken: { steps: (_request, token) => [['validateToken', token]] },
  'spend a token of its own': { steps: () => [['spendOwnToken']] },
  csrfToken: { steps: () => [['csrfToken']] },
  renewal: { steps: () => [] },
  regenerateId: { steps: () => [['regenerateId']], regenerates: true },
  'regenerateId and put': {
    steps: (request) => [['regenerateId'], putBy(request)],
    regenerates: true,
    isKeptIn: isPutKept,
  },
  'regenerateId(true)': { steps: () => [['fork']] },
  'log in': {
    steps: (request) => [
      ['bindUser', mainUser],
      putBy(request),
      ['increment', 'logins'],
      ['csrfToken'],
    ],
    logsIn: () => mainUser,
    isKeptIn: isPutKept,
  },
  /** Its handler takes longer than the grace. */
  'log in slowly': {
    steps: (request) => [['wait', grace + 5], ['bindUser', mainUser], putBy(request)],
    logsIn: () => mainUser,
    isKeptIn: isPutKept,
  },
  'log in, commit, put and commit': {
    steps: (request) => [['bindUser', mainUser], ['commit'], putBy(request), ['commit']],
    logsIn: () => mainUser,
    isKeptIn: isPutKept,
  },
  'log in as another user': {
    steps: (request) => [['bindUser', another(request)], putBy(request)],
    logsIn: another,
    isKeptIn: isPutKept,
  },
  clear: { steps: () => [['clear']], ends: true },
  'clear and flash': { steps: () => [['clear'], farewell], ends: true, isKeptIn: isFarewellKept },
  'clear and log in': {
    steps: (request) => [['clear'], ['bindUser', mainUser], putBy(request)],
    ends: true,
    logsIn: () => mainUser,
    isKeptIn: isPutKept,
  },
  destroy: { steps: () => [['destroy']], ends: true },
  'remove everything': { steps: () => [['remove', 'base']] },
} satisfies Record<string, RequestAct>

export type ActName = keyof typeof requestActs
