import { isNativeError } from 'node:util/types'

/** How many errors are copied: the one that was thrown, its causes, and theirs. */
const maxErrors = 8
const maxFrames = 20
/** Longer text is cut before it is searched for what must not be shown. */
const maxTextLength = 1_000
const maxStackLength = 20_000

/** What systems and drivers call the fields that tell why something failed. */
const fields = [
  ...['code', 'errno', 'syscall', 'address', 'port', 'hostname', 'path', 'dest'],
  ...['sqlState', 'severity', 'routine'],
]

/** A line of a stack that names a place in the code. */
const frame = /^ {4}at .{1,400}(:\d+:\d+|<anonymous>|native|index \d+)\)?$/

interface Copying {
  readonly wordsOf: (text: string) => string
  /** How many errors may still be copied. */
  left: number
}

/**
 * A copy of what was thrown that can be logged: its name, its words, the frames of its stack, the fields
 * that tell why a system call or a statement failed, and its causes, copied likewise. All else is
 * left out, because drivers keep there what they were sent: `command.args`, `sql`, `parameters`.
 *
 * `wordsOf` gives what may be shown of a text. The words of a `SyntaxError` are never shown, because
 * parsers quote what they read.
 */
export function safeCause(thrown: unknown, wordsOf: (text: string) => string): Error {
  return copyOf(thrown, { wordsOf, left: maxErrors })
}

function copyOf(original: unknown, copying: Copying): Error {
  copying.left -= 1
  const said = typeof original === 'string' ? original : property(original, 'message')
  const message = isOfParser(original) ? '' : words(said, copying)
  const copy = new Error(message)
  const name = nameOf(original)
  if (name !== copy.name) define(copy, 'name', name)
  define(copy, 'stack', [String(copy), ...framesOf(property(original, 'stack'), said)].join('\n'))
  for (const field of fields) {
    const value = property(original, field)
    const shown = typeof value === 'number' ? value : words(value, copying)
    if (shown !== '') Reflect.set(copy, field, shown)
  }
  const cause = property(original, 'cause')
  if (isError(cause) && copying.left > 0) define(copy, 'cause', copyOf(cause, copying))
  const errors = property(original, 'errors')
  if (Array.isArray(errors)) define(copy, 'errors', copiesOf(errors, copying))
  return copy
}

function copiesOf(errors: readonly unknown[], copying: Copying): Error[] {
  const copies: Error[] = []
  for (const error of errors) {
    if (copying.left <= 0) break
    copies.push(copyOf(error, copying))
  }
  return copies
}

function words(text: unknown, { wordsOf }: Copying): string {
  return typeof text === 'string' ? wordsOf(text.slice(0, maxTextLength)) : ''
}

/** The lines at the end of a stack, after the message: a message can have lines that look like frames. */
function framesOf(stack: unknown, message: unknown): string[] {
  if (typeof stack !== 'string') return []
  const end = typeof message === 'string' ? stack.lastIndexOf(message) + message.length : 0
  const lines = stack.slice(Math.max(0, end, stack.length - maxStackLength)).split('\n')
  const lastOther = lines.findLastIndex((line) => !frame.test(line))
  return lines.slice(lastOther + 1, lastOther + 1 + maxFrames)
}

function nameOf(thrown: unknown): string {
  const name = isError(thrown) ? property(thrown, 'name') : undefined
  return typeof name === 'string' && /^\w{1,64}$/.test(name) ? name : 'Error'
}

function isOfParser(thrown: unknown): boolean {
  return thrown instanceof SyntaxError || nameOf(thrown) === 'SyntaxError'
}

function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value)
}

function property(object: unknown, name: string): unknown {
  try {
    return Reflect.get(Object(object), name)
  } catch {
    return undefined // A getter that throws has nothing to say.
  }
}

/** Sets a property that is not listed, as those of an `Error` are not. */
function define(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, writable: true, configurable: true })
}
