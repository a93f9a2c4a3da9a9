import { safeCause } from '../secrets/safe-cause.ts'
import { SessionError } from '../session-error.ts'
import { type Serializer, UnstorableValue } from './strict-json.ts'

/** Turns the values of a session into the text that is stored, and back, naming the key on failure. */
export class ValueText {
  readonly #serializer: Serializer

  constructor(serializer: Serializer) {
    this.#serializer = serializer
  }

  /** @throws {SessionError} `ERR_SESSION_VALUE` for a value that cannot be kept exactly. */
  write(key: string, value: unknown): string {
    const text = this.#stringify(key, value)
    if (typeof text !== 'string' || text.includes('\n') || !text.isWellFormed()) {
      throw new SessionError(
        'ERR_SESSION_VALUE',
        `The serializer made no text of "${key}" that can be stored: it has to be a well-formed string without a line break.`,
      )
    }
    return text
  }

  /** @throws {SessionError} `ERR_SESSION_VALUE` for text that the serializer does not understand. */
  read(key: string, text: string): unknown {
    try {
      return this.#serializer.parse(text)
    } catch {
      // Without its cause: parsers quote the text that they read, which may be private.
      throw new SessionError(
        'ERR_SESSION_VALUE',
        `The stored value of "${key}" cannot be read. Was it stored with another serializer? Remove the key or end the session.`,
      )
    }
  }

  #stringify(key: string, value: unknown): string {
    try {
      return this.#serializer.stringify(value)
    } catch (thrown) {
      const isOurs = thrown instanceof UnstorableValue
      const what = isOurs
        ? `"${key}${thrown.path}" ${thrown.message}, which JSON would not give back as it is`
        : `"${key}" is refused by the serializer`
      throw new SessionError(
        'ERR_SESSION_VALUE',
        `${what}. Store plain JSON data, or set the serializer option.`,
        // Without the words of another serializer: they may quote the value.
        isOurs ? {} : { cause: safeCause(thrown, () => '') },
      )
    }
  }
}
