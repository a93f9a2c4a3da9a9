import type { Circumstances } from '../../src/circumstances.ts'
import type { ActName } from '../../src/request-acts.ts'
import type { CoreEdit } from './mutated-core.ts'

/** A rule of core, the edit that takes it away, and a scenario in which that breaks a promise. */
export interface CoreMutant extends CoreEdit {
  readonly rule: string
  readonly acts: readonly ActName[]
  readonly circumstances?: Circumstances
  /** How the message of the broken promise begins. */
  readonly breaks: string
}

const afterLogin = {
  replaced: { by: 'log in', isLongAgo: false, latecomers: 'first' },
} satisfies Circumstances
const afterRegenerateId = {
  isLoggedIn: true,
  replaced: { by: 'regenerateId', isLongAgo: false, latecomers: 'first' },
} satisfies Circumstances

const writer = 'session-writer.ts'
const committer = 'session-committer.ts'
const forker = 'session-forker.ts'
const state = 'request/session-state.ts'
const journal = 'request/journal.ts'
const ender = 'record/record-ender.ts'

const loading: readonly CoreMutant[] = [
  {
    rule: 'a request whose id was replaced within the grace is superseded, and its logout is one',
    file: 'session-loader.ts',
    original: 'if (!this.#lifetime.isInGrace(contents.replacedAt)) return none',
    replacement: 'if (key) return none',
    acts: ['destroy', 'renewal'],
    circumstances: afterLogin,
    breaks: 'P11: request 0 ended it',
  },
  {
    rule: 'a record without a live id is over',
    file: 'record/session-lifetime.ts',
    original: 'contents.live.length === 0 || ',
    replacement: '',
    acts: ['log in', 'destroy'],
    breaks: 'P2: request 0 brought the session back',
  },
]

const replacing: readonly CoreMutant[] = [
  {
    rule: 'a change of a superseded request is refused',
    file: writer,
    original: 'if (login) return this.#join(state, record, login.userId)\n    if (!hasChanges)',
    replacement: 'if (login) return this.#join(state, record, login.userId)\n    if (record)',
    acts: ['put', 'regenerateId'],
    breaks: 'P1: request 0 succeeded without a write',
  },
  {
    rule: 'one-time tokens die with the id',
    file: journal,
    original: 'this.#tokensDropped = true',
    replacement: 'this.#tokensDropped = false',
    acts: ['regenerateId', 'renewal'],
    breaks: 'P5: a one-time token outlived a new id',
  },
  {
    rule: 'a superseded request spends no token',
    file: committer,
    original: 'state.isDestroyed || state.isSuperseded || state.isGone',
    replacement: 'state.isDestroyed || state.isGone',
    acts: ['spend a token of its own', 'renewal'],
    circumstances: afterLogin,
    breaks: 'P5: superseded 0 spent a token',
  },
  {
    rule: 'a form is accepted with each id that opens the session',
    file: state,
    original: ', ...live.map((secretHash) => ({ key, secretHash }))]',
    replacement: ']',
    acts: ['log in', 'log in'],
    breaks: 'P11: the form of request',
  },
  {
    rule: 'the form of a login that joins another one is made for its new id',
    file: state,
    original: 'this.late && !this.journal.isRotated ? this.late.id : this.id',
    replacement: 'this.late ? this.late.id : this.id',
    acts: ['log in', 'log in'],
    breaks: 'P11: the form of request',
  },
  {
    rule: 'a request that finds its own new id in the record has written',
    file: 'record/record-swap.ts',
    original: '(written && ownSecret !== undefined && found.contents.live.includes(ownSecret))',
    replacement: 'false',
    acts: ['log in', 'log in'],
    circumstances: { isResending: true },
    breaks: 'P1: 2 logins counted',
  },
  {
    rule: 'a cookie of a commit by hand is not given any more when its id was replaced',
    file: state,
    original:
      "this.wasSuperseded = true\n    if (this.cookieDue !== 'clear') this.cookieDue = undefined",
    replacement: 'this.wasSuperseded = true',
    acts: ['log in, commit, put and commit', 'regenerateId'],
    circumstances: afterLogin,
    breaks: 'P4: request 0 failed and gave a cookie that opens nothing',
  },
  {
    rule: 'a cookie of a commit by hand is not given any more when the session is gone',
    file: writer,
    original: "if (state.cookieDue !== 'clear') state.cookieDue = undefined",
    replacement: '',
    acts: ['log in, commit, put and commit', 'destroy'],
    breaks: 'P4: request 0 failed and gave a cookie that opens nothing',
  },
]

const ending: readonly CoreMutant[] = [
  {
    rule: 'clear ends the session',
    file: writer,
    original: 'await this.endRecords(state)\n    return goOn',
    replacement: "'clear' as const\n    return goOn",
    acts: ['clear', 'renewal'],
    breaks: 'P11: request 0 ended it: the record stays',
  },
  {
    rule: 'a login over another user ends the session of that user',
    file: state,
    original: 'if (this.userId !== undefined && this.userId !== login.userId) this.clear()',
    replacement: '',
    acts: ['log in as another user', 'renewal'],
    circumstances: { isLoggedIn: true },
    breaks: 'P2: the login of request 0 has what was cleared',
  },
  {
    rule: 'a login over another user keeps none of the data of that user',
    file: state,
    original: 'this.userId !== login.userId) this.clear()',
    replacement:
      'this.userId !== login.userId) { const { contents } = this; this.clear(); this.startAnew(contents) }',
    acts: ['log in as another user', 'renewal'],
    circumstances: { isLoggedIn: true },
    breaks: 'P2: the login of request 0 has what was cleared',
  },
  {
    rule: 'a fork is noted in the record that it was made of',
    file: forker,
    original: 'forks: [...recent, { key: fork.key, at: now }]',
    replacement: 'forks: recent',
    acts: ['regenerateId(true)', 'destroy'],
    breaks: 'P11: request 1 ended it: somebody goes on',
  },
  {
    rule: 'a fork is noted only in a record that its request still holds',
    file: forker,
    original: 'isAllowed: ({ live }) => state.holdsOneOf(live)',
    replacement: 'isAllowed: () => true',
    acts: ['regenerateId(true)', 'regenerateId'],
    breaks: 'P2: request 0 was superseded and copied the session',
  },
  {
    rule: 'an ending deletes the forks of a moment ago',
    file: ender,
    original: 'if (this.#lifetime.isRecentFork(fork)) await this.end(fork.key, undefined, ended)',
    replacement: '',
    acts: ['regenerateId(true)', 'destroy'],
    breaks: 'P11: request 1 ended it: somebody goes on',
  },
  {
    rule: 'an ending takes the live ids out of the record before it deletes',
    file: ender,
    original: 'change: closedContents }',
    replacement: 'change: () => undefined }',
    acts: ['regenerateId(true)', 'destroy'],
    breaks: 'P11: request 1 ended it: somebody goes on',
  },
  {
    rule: 'an emptied session ends only if nobody put something meanwhile',
    file: writer,
    original: '): Promise<CookieDue> {\n    const result = await this.#swapper.swap(loaded, {',
    replacement:
      "): Promise<CookieDue> {\n    if (isEmpty(changed)) { await this.#records.delete(loaded.key); state.journal.reset(); state.startAnew(); return 'clear' }\n    const result = await this.#swapper.swap(loaded, {",
    acts: ['remove everything', 'put'],
    circumstances: { isNearlyEmpty: true },
    breaks: 'P1: what request 1 kept is lost',
  },
  {
    rule: 'a session that was emptied leaves its copies',
    file: writer,
    original: 'await this.#ender.delete(key)',
    replacement: 'await this.#ender.end(key, swapped.record)',
    acts: ['regenerateId(true)', 'remove everything'],
    circumstances: { isNearlyEmpty: true },
    breaks: 'P4: the cookie of request 0 opens nothing',
  },
]

const joining: readonly CoreMutant[] = [
  {
    rule: 'a login joins only the session of the same user',
    file: writer,
    original: 'userId === user &&\n        replaced',
    replacement: 'replaced',
    acts: ['log in', 'log in as another user'],
    breaks: 'P11: the login of request 0 belongs to another user 1',
  },
  {
    rule: 'a login joins only where the last login retired its id',
    file: writer,
    original: 'replaced.includes(presentedHash) &&',
    replacement: '',
    acts: ['log in', 'renewal'],
    circumstances: afterRegenerateId,
    breaks: 'P7: the login of request 0 joined another session',
  },
  {
    rule: 'regenerateId leaves no id that a login could join by',
    file: journal,
    original: 'replaced: this.#login ? contents.live : []',
    replacement: 'replaced: contents.live',
    acts: ['log in', 'renewal'],
    circumstances: afterRegenerateId,
    breaks: 'P7: the login of request 0 joined another session',
  },
  {
    rule: 'a login joins only within the grace',
    file: writer,
    original: 'this.#lifetime.isInGrace(replacedAt) &&',
    replacement: '',
    acts: ['log in', 'log in slowly'],
    breaks: 'P7: the login of request 1 joined another session',
  },
  {
    rule: 'at most four ids open a session',
    file: writer,
    original: '&&\n        (live.length < maxLive || live.includes(secretHash))',
    replacement: '',
    acts: ['log in', 'log in', 'log in', 'log in', 'log in'],
    breaks: 'P7: 5 ids open one session',
  },
  {
    rule: 'a login that joins drops no token',
    file: journal,
    original: 'this.#withValues(contents, false)',
    replacement: 'this.#withValues(contents, true)',
    acts: ['log in', 'renewal'],
    circumstances: afterLogin,
    breaks: 'P5: a one-time token that was not used is not valid any more',
  },
  {
    rule: 'a login that begins a new session takes along what it had loaded',
    file: writer,
    original: 'this.#beginAnew(state, ownData(state, user))',
    replacement: 'this.#beginAnew(state)',
    acts: ['log in', 'regenerateId'],
    breaks: 'P11: the login of request 0 lost the data of the session',
  },
]

const merging: readonly CoreMutant[] = [
  {
    rule: 'a list keeps the items that two requests add',
    file: 'values/merge-values.ts',
    original: 'return [...stored, ...mineOnly]',
    replacement: 'return [...base, ...mineOnly]',
    acts: ['add to a list', 'add to a list'],
    breaks: 'P1: what request 0 kept is lost',
  },
  {
    rule: 'an object keeps the fields that two requests set',
    file: 'values/merge-values.ts',
    original: 'new Set([...Object.keys(stored), ...Object.keys(mine)])',
    replacement: 'Object.keys(mine)',
    acts: ['set a field', 'set a field'],
    breaks: 'P1: what request 0 kept is lost',
  },
]

export const coreMutants = [...loading, ...replacing, ...ending, ...joining, ...merging]

/** With these, somebody skips the second factor who knows the password and an id of before. */
export const mutantsForThieves: readonly (CoreEdit & { readonly rule: string })[] = [
  {
    rule: 'a login joins only where the last login retired its id',
    file: writer,
    original: 'replaced.includes(presentedHash) &&',
    replacement: '',
  },
  {
    rule: 'regenerateId forgets the ids that the login before it retired',
    file: journal,
    original: 'replaced: this.#login ? contents.live : []',
    replacement: 'replaced: this.#login ? contents.live : contents.replaced',
  },
]
