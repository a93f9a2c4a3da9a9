import type { WriteStream } from 'node:tty'

/** A line that shows on a terminal which case runs. It shows nothing where the stream is no terminal. */
export class ProgressLine {
  readonly #stream: WriteStream
  readonly #total: number
  #at = 0

  constructor(stream: WriteStream, total: number) {
    this.#stream = stream
    this.#total = total
  }

  /** Shows the name of the next case in place of the one before. */
  next(name: string): void {
    this.#at += 1
    this.#show(`${this.#at}/${this.#total} ${name}`)
  }

  /** Clears the line. */
  end(): void {
    this.#show('')
  }

  #show(text: string): void {
    if (!this.#stream.isTTY) return
    this.#stream.cursorTo(0)
    this.#stream.write(text.slice(0, (this.#stream.columns || 80) - 1))
    this.#stream.clearLine(1)
  }
}
