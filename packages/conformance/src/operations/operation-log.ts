import { inspect } from 'node:util'

const shown = 12

/** The operations of a case, with their answers. The last ones are shown in the message of a failure. */
export class OperationLog {
  readonly #operations: Operation[] = []
  readonly #signal: AbortSignal

  /** After `signal` aborts, no operation starts, so that nothing of a case goes on when the case is over. */
  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /**
   * Carries `operation` out and logs it. An operation that never settles is logged as "no answer yet". The
   * texts are made only when a failure shows them, because that takes time.
   */
  async record<Answer>(
    text: string | (() => string),
    operation: () => Promise<Answer>,
  ): Promise<Answer> {
    this.#signal.throwIfAborted()
    const entry: Operation = { text, answer: () => 'no answer yet' }
    this.#operations.push(entry)
    if (this.#operations.length > 4 * shown) this.#operations.splice(0, shown)
    try {
      const answer = await operation()
      entry.answer = () => brief(answer)
      return answer
    } catch (error) {
      entry.answer = () => `rejected: ${error instanceof Error ? error.message : String(error)}`
      throw error
    }
  }

  /** The last operations, the oldest first. Each is one line. */
  lines(): readonly string[] {
    return this.#operations.slice(-shown).map(({ text, answer }) => {
      return `${typeof text === 'string' ? text : text()} -> ${answer()}`
    })
  }
}

interface Operation {
  readonly text: string | (() => string)
  answer: () => string
}

/** A value in one short line. */
export function brief(value: unknown): string {
  return inspect(value, { breakLength: Infinity, maxStringLength: 48, maxArrayLength: 4 })
}
