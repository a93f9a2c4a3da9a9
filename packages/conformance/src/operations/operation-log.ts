import { inspect } from 'node:util'

const shown = 12

/** What a case asked of the store, and what it answered: the last lines go into a failure's message. */
export class OperationLog {
  readonly #operations: Operation[] = []
  readonly #signal: AbortSignal

  /** After `signal` aborts, no operation is let through: nothing of a case goes on when it is over. */
  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /**
   * Carries `operation` out and writes it down; one that never answers is shown as such. What is not
   * shown in the end is not put into words.
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

  /** The last operations, oldest first, one a line. */
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
