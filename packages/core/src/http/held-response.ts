import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { lookEnded } from './look-ended.ts'
import { applyHead } from './response-head.ts'

/** What a response waits for. */
export interface Gate<Result> {
  /**
   * Called once, when the head is about to leave, with its status and headers set. The response is
   * held until the promise resolves; `undefined` lets it go at once.
   */
  readonly open: () => Promise<Result> | undefined
  /** Called when the promise resolved, just before the head leaves. */
  readonly onOpened: (result: Result) => void
  /** Called when it rejected. Nothing was sent, and the response is as it was at first. */
  readonly onFailed: (error: unknown) => void
}

/**
 * Holds a response back when its head is about to leave: calls that would send are queued and carried
 * out in order when the gate opens. To the application it looks as if they had been sent.
 */
export function holdResponse<Result>(response: ServerResponse, gate: Gate<Result>): void {
  new HeldResponse(response, gate).install()
}

type Sending = 'writeHead' | 'write' | 'end' | 'flushHeaders'
type Arguments = readonly unknown[]
type Originals = Record<Sending, (...args: Arguments) => unknown>

class HeldResponse<Result> {
  readonly #response: ServerResponse
  readonly #gate: Gate<Result>
  readonly #originals: Originals
  readonly #headersAtFirst: OutgoingHttpHeaders
  readonly #sources = new Set<Readable>()
  #phase: 'waiting' | 'held' | 'passing' | 'failed' = 'waiting'
  #queue: { readonly name: Sending; readonly args: Arguments }[] = []
  #queuedBytes = 0
  #isHeadImplied = false
  #error: unknown
  #stopLookingEnded = (): void => {}

  constructor(response: ServerResponse, gate: Gate<Result>) {
    this.#response = response
    this.#gate = gate
    const { writeHead, write, end, flushHeaders } = response
    this.#originals = { writeHead, write, end, flushHeaders } as Originals
    this.#headersAtFirst = copyOfHeaders(response)
    response.on('pipe', (source: Readable) => this.#sources.add(source))
  }

  /**
   * Puts itself in front of the methods that send. By properties of the response: the prototype is changed
   * by every application of Express that the request enters or leaves.
   */
  install(): void {
    // These methods are overloads, which the type of a function with rest arguments cannot spell.
    Object.assign(this.#response, {
      writeHead: (...args: unknown[]) => this.#writeHead(args),
      write: (...args: unknown[]) => this.#call('write', args),
      end: (...args: unknown[]) => this.#call('end', args),
      flushHeaders: () => this.#send('flushHeaders', []),
    })
  }

  #call(name: 'write' | 'end', args: Arguments): unknown {
    return isSendable(name, args[0]) ? this.#send(name, args) : this.#callOriginal(name, args)
  }

  #writeHead(args: Arguments): unknown {
    if (this.#phase === 'held') throw headersSent()
    if (this.#phase !== 'waiting') return this.#send('writeHead', args)
    // Applied at once, so that a bad header throws where the application set it.
    applyHead(this.#response, args)
    this.#begin()
    // Do not queue this head: the write() or end() that caused it will cause it again when it is
    // replayed.
    if (this.#isHeadImplied) return this.#response
    return this.#send('writeHead', [this.#response.statusCode])
  }

  #send(name: Sending, args: Arguments): unknown {
    if (this.#phase === 'waiting') this.#implyHead()
    if (this.#phase === 'held') return this.#enqueue(name, args)
    // The error response is complete. What the application still writes must not follow it.
    if (this.#phase === 'failed' && this.#response.writableEnded) return this.#drop(name, args)
    return this.#callOriginal(name, args)
  }

  #callOriginal(name: Sending, args: Arguments): unknown {
    return Reflect.apply(this.#originals[name], this.#response, args)
  }

  /**
   * Calls `response.writeHead` and not the original, as Node does for an implicit head, so that
   * middleware which patched `writeHead` after us (compression) also runs.
   */
  #implyHead(): void {
    this.#isHeadImplied = true
    try {
      this.#response.writeHead(this.#response.statusCode)
    } finally {
      this.#isHeadImplied = false
    }
  }

  #begin(): void {
    const response = this.#response
    this.#phase = 'passing'
    const opened = this.#gate.open()
    // Middleware that patched writeHead after us has run. Put our writeHead back in front, so that it
    // does not run a second time.
    Object.assign(response, { writeHead: (...args: unknown[]) => this.#writeHead(args) })
    if (!opened) return
    this.#phase = 'held'
    const { statusCode, statusMessage } = response
    // Node and older middleware look at this field to see whether it is too late for a header.
    Reflect.set(response, '_header', 'held')
    opened
      .then((result) => {
        this.#lookUnsent()
        this.#phase = 'passing'
        Object.assign(response, { statusCode, statusMessage })
        this.#release(result)
      })
      .catch((error) => this.#fail(error))
  }

  #lookUnsent(): void {
    this.#stopLookingEnded()
    Reflect.set(this.#response, '_header', null)
  }

  #enqueue(name: Sending, args: Arguments): unknown {
    this.#queue.push({ name, args })
    if (name === 'end' && !this.#response.writableEnded) {
      this.#stopLookingEnded = lookEnded(this.#response)
    }
    if (name !== 'write') return this.#response
    const [chunk, encoding] = args
    this.#queuedBytes += byteLength(chunk, encoding)
    return this.#hasRoom()
  }

  #hasRoom(): boolean {
    return this.#queuedBytes < this.#response.writableHighWaterMark
  }

  #release(result: Result): void {
    this.#gate.onOpened(result)
    let hasRoom = true
    for (const { name, args } of this.#queue) {
      const returned = this.#callOriginal(name, args)
      if (name === 'write') hasRoom = returned === true
    }
    // We returned false from write() while queueing, so the writer waits for 'drain'. If Node's buffer
    // is full now, Node will emit it; otherwise we must.
    if (!this.#hasRoom() && hasRoom && !this.#response.writableEnded) this.#response.emit('drain')
    this.#queue = []
  }

  #fail(error: unknown): void {
    const response = this.#response
    if (this.#phase === 'held') this.#lookUnsent()
    this.#phase = 'failed'
    this.install() // Middleware that patched the methods meanwhile worked for the dropped response.
    this.#error = error
    for (const source of this.#sources) {
      source.unpipe(response)
      // Not at once: a pipeline answers the end of its source by destroying the response.
      if (response.destroyed) source.destroy()
      else response.once('close', () => source.destroy())
    }
    if (!response.headersSent) this.#restoreHead()
    const queue = this.#queue
    this.#queue = []
    this.#gate.onFailed(error)
    for (const { name, args } of queue) this.#drop(name, args)
  }

  #restoreHead(): void {
    const response = this.#response
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    for (const [name, value] of Object.entries(this.#headersAtFirst)) {
      if (value !== undefined) response.setHeader(name, value)
    }
    response.statusCode = 200
    response.statusMessage = ''
  }

  /** Answers a call whose bytes are not sent, as a stream does that was destroyed. */
  #drop(name: Sending, args: Arguments): unknown {
    const callback = args.findLast((it) => typeof it === 'function')
    if (callback) process.nextTick(callback, this.#error)
    return name === 'write' ? false : this.#response
  }
}

/** The headers, with lists of their own: `appendHeader` writes into those that the response has. */
function copyOfHeaders(response: ServerResponse): OutgoingHttpHeaders {
  const headers = response.getHeaders()
  for (const name in headers) {
    const value = headers[name]
    if (Array.isArray(value)) headers[name] = [...value]
  }
  return headers
}

/** Whether Node takes the chunk. Where it does not, it throws, and nothing is sent. */
function isSendable(name: 'write' | 'end', chunk: unknown): boolean {
  return isChunk(chunk) || (name === 'end' && (!chunk || typeof chunk === 'function'))
}

function isChunk(chunk: unknown): chunk is string | Uint8Array {
  return typeof chunk === 'string' || chunk instanceof Uint8Array
}

function byteLength(chunk: unknown, encoding: unknown): number {
  if (typeof chunk !== 'string') return chunk instanceof Uint8Array ? chunk.byteLength : 0
  return Buffer.byteLength(
    chunk,
    Buffer.isEncoding(String(encoding)) ? (encoding as BufferEncoding) : 'utf8',
  )
}

function headersSent(): Error {
  const error = new Error('Cannot write headers after they are sent to the client')
  return Object.assign(error, { code: 'ERR_HTTP_HEADERS_SENT' })
}
