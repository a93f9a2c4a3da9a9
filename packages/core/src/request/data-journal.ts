import { SessionError } from '../session-error.ts'
import { mergeValues, type ValuePath, ValuesDoNotMerge } from '../values/merge-values.ts'
import type { ValueText } from '../values/value-text.ts'

/** A pure function from the current value of a key to its new one. */
export type Updater = (current: unknown) => unknown

/** The text of each value, by its key. */
type Texts = ReadonlyMap<string, string>

interface UpdateStep {
  readonly update: Updater
  readonly defaultText: string
}

/** What a request made of an object that it was handed out. */
export interface InPlaceChange {
  /** The text of the object when it last agreed with the session. */
  readonly base: string
  /** Whether the base is a default: the session had no value then. */
  readonly isDefault: boolean
  /** The text of the object now. */
  readonly mine: string
  /** Whether the object was put too, so that it is stored even if it is the default unchanged. */
  readonly isPut: boolean
  /** Whether the base has earlier changes of this request in it, with which others were or will be merged. */
  readonly isAhead: boolean
}

interface InPlaceStep extends InPlaceChange {
  /** What this request saw when the object began to differ from it. */
  readonly before: string | undefined
}

type Step = UpdateStep | InPlaceStep

/** A `put`, or a `remove` where there is no text: it does not matter what is stored. */
interface Replacement {
  readonly text: string | undefined
  /** What was stored as far as the request knew. */
  readonly seen: string | undefined
}

/** Changes that go on from what is stored, the first one first. */
interface Steps {
  /** What the steps started from, and what they led to. */
  readonly from: string | undefined
  text: string | undefined
  readonly steps: Step[]
}

/**
 * The changes that one request makes to the values of its session. They can be applied to what the
 * request loaded and, where another request was faster, again to what that request stored.
 */
export class DataJournal {
  readonly #values: ValueText
  readonly #changes = new Map<string, Replacement | Steps>()
  #overwrote = false

  constructor(values: ValueText) {
    this.#values = values
  }

  get hasChanges(): boolean {
    return [...this.#changes.values()].some((it) => !isSteps(it) || it.steps.some(isChange))
  }

  /** Whether, when last applied, a put or remove replaced what another request had made of a value. */
  get overwrote(): boolean {
    return this.#overwrote
  }

  /** Replaces the value of a key, of which `loaded` has the text that this request knows. */
  put(key: string, text: string, loaded: Texts): void {
    this.#replace(key, text, loaded)
  }

  remove(key: string, loaded: Texts): void {
    this.#replace(key, undefined, loaded)
  }

  /** Adds a step to those of a key: they start from what is in `loaded`. */
  update(key: string, step: UpdateStep, loaded: Texts): void {
    this.#add(key, step, this.text(key, loaded), loaded)
  }

  /** Adds a change in place to the steps of a key, or to the change in place that is the last one. */
  changeInPlace(key: string, change: InPlaceChange, loaded: Texts): void {
    const earlier = this.#changes.get(key)
    const last = isSteps(earlier) ? earlier.steps.at(-1) : undefined
    if (isSteps(earlier) && last && !isUpdate(last) && last.mine === change.base) {
      const isPut = last.isPut || change.isPut
      const step: InPlaceStep = { ...last, mine: change.mine, isPut }
      earlier.text = this.#run(key, step, last.before)
      earlier.steps[earlier.steps.length - 1] = step
      return
    }
    const from = change.isDefault ? undefined : change.base
    const before = earlier ? earlier.text : from
    const isAhead = change.isAhead || isSteps(earlier)
    this.#add(key, { ...change, before, isAhead }, from, loaded)
  }

  /** The text of a key as this request sees it. */
  text(key: string, loaded: Texts): string | undefined {
    const change = this.#changes.get(key)
    return change ? change.text : loaded.get(key)
  }

  /** The keys that have a value as this request sees it. */
  keys(loaded: Texts): string[] {
    const keys = new Set([...loaded.keys(), ...this.#changes.keys()])
    return [...keys].filter((key) => this.text(key, loaded) !== undefined)
  }

  /** Forgets the changes: they are stored. */
  reset(): void {
    this.#changes.clear()
  }

  /**
   * For a session that begins anew without what was stored: drops the changes that were made in place
   * of stored values, because what they changed is gone. Puts and updates stay, and so do changes in
   * place of defaults and of what this request itself put.
   *
   * @returns whether there were any.
   */
  dropInPlaceChanges(): boolean {
    let areDropped = false
    for (const [key, change] of this.#changes) {
      if (!isSteps(change) || change.from === undefined) continue
      const updates = change.steps.filter(isUpdate)
      if (updates.length === change.steps.length) continue
      areDropped = true
      this.#changes.delete(key)
      for (const step of updates) this.update(key, step, new Map())
    }
    return areDropped
  }

  /**
   * The values with the changes: the same object where they change nothing.
   * @throws {SessionError} `ERR_SESSION_CONFLICT` when a change in place does not fit to what another
   * request stored, `ERR_SESSION_VALUE` when an updater makes what cannot be stored.
   */
  apply(stored: Texts): Texts {
    this.#overwrote = false
    if (this.#changes.size === 0) return stored
    const result = new Map(stored)
    let isSame = true
    for (const [key, change] of this.#changes) {
      const current = stored.get(key)
      const text = isSteps(change) ? this.#rerun(key, change, current) : change.text
      if (text === current) continue
      isSame = false
      if (!isSteps(change) && current !== change.seen) this.#overwrote = true
      if (text === undefined) result.delete(key)
      else result.set(key, text)
    }
    return isSame ? stored : result
  }

  #replace(key: string, text: string | undefined, loaded: Texts): void {
    const earlier = this.#changes.get(key)
    const seen = earlier && !isSteps(earlier) ? earlier.seen : loaded.get(key)
    this.#changes.set(key, { text, seen })
  }

  #add(key: string, step: Step, from: string | undefined, loaded: Texts): void {
    const earlier = this.#changes.get(key)
    if (isSteps(earlier)) {
      earlier.text = this.#run(key, step, earlier.text)
      earlier.steps.push(step)
    } else if (earlier) {
      // It starts from what this request itself put: nothing can come between.
      this.#replace(key, this.#run(key, step, earlier.text), loaded)
    } else {
      this.#changes.set(key, { from, text: this.#run(key, step, from), steps: [step] })
    }
  }

  #rerun(key: string, { from, text, steps }: Steps, current: string | undefined) {
    if (from === current) return text
    return steps.reduce<string | undefined>((it, step) => this.#run(key, step, it), current)
  }

  #run(key: string, step: Step, current: string | undefined): string | undefined {
    if (!isUpdate(step)) return this.#merge(key, step, current)
    return this.#values.write(key, step.update(this.#values.read(key, current ?? step.defaultText)))
  }

  #merge(key: string, step: InPlaceStep, current: string | undefined): string | undefined {
    const { base, isDefault, mine, isPut, isAhead } = step
    const isNew = isDefault && current === undefined
    if (mine === base && !(isNew && isPut)) return current
    if (isNew || current === base) return mine
    if (current === undefined) throw changedByBoth(key, [])
    const stored = this.#values.read(key, current)
    if (isDefault && stored === undefined) return mine // Some serializers can store undefined.
    try {
      const [before, now] = [this.#values.read(key, base), this.#values.read(key, mine)]
      const textOf = (value: unknown) => this.#values.write(key, value)
      return textOf(mergeValues(before, now, stored, { textOf, isAhead }))
    } catch (error) {
      throw error instanceof ValuesDoNotMerge ? changedByBoth(key, error.path) : error
    }
  }
}

function isSteps(change: Replacement | Steps | undefined): change is Steps {
  return change !== undefined && 'steps' in change
}

/** A change in place that was undone is none. */
function isChange(step: Step): boolean {
  return isUpdate(step) || step.isPut || step.mine !== step.base
}

function isUpdate(step: Step): step is UpdateStep {
  return 'update' in step
}

function changedByBoth(key: string, path: ValuePath): SessionError {
  return new SessionError(
    'ERR_SESSION_CONFLICT',
    `"${key}" was changed in place by this request and by another one at the same time; nothing of this request was stored: send it again, or use session.update("${key}", …), which runs again on what is stored.`,
    { path: [key, ...path] },
  )
}
