import { AsyncResource, createHook, executionAsyncId } from 'node:async_hooks'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const turns = 10

/** What a function returned, and what else it did. */
export interface Traced<Result> {
  readonly result: Result
  /** Timers, requests and calls of `node:fs` that it began, listeners that it added to the process. */
  readonly effects: readonly string[]
}

/**
 * Runs a function that should do nothing but compute, and sees what it does besides: itself, and in the
 * next turns of the event loop what it left behind. What others do meanwhile does not count.
 */
export async function traceSideEffects<Result>(work: () => Result): Promise<Traced<Result>> {
  const effects: string[] = []
  const root = new AsyncResource('mako:traced')
  const caused = new Set([root.asyncId()])
  const hook = createHook({
    init(asyncId, type, triggerAsyncId) {
      if (!caused.has(executionAsyncId()) && !caused.has(triggerAsyncId)) return
      caused.add(asyncId)
      if (isOfNode(type)) effects.push(type)
    },
  })
  hook.enable()
  try {
    const listenersBefore = processListeners()
    const result = withFilesWatched(effects, () => root.runInAsyncScope(work))
    for (const [name, count] of processListeners()) {
      if (count > (listenersBefore.get(name) ?? 0)) effects.push(`process.on('${String(name)}')`)
    }
    for (let turn = 0; turn < turns; turn += 1)
      await new Promise((resolve) => setImmediate(resolve))
    return { result, effects }
  } finally {
    hook.disable()
  }
}

// Promises and ticks are computing. Node writes its own in capitals; other names are those of libraries.
function isOfNode(type: string): boolean {
  return /^(Timeout|Immediate|[A-Z0-9]+)$/.test(type) && type !== 'PROMISE'
}

function processListeners(): Map<string | symbol, number> {
  return new Map(process.eventNames().map((name) => [name, process.listenerCount(name)]))
}

/** Nothing else can run while `work` does, so that nobody else sees the functions exchanged. */
function withFilesWatched<Result>(effects: string[], work: () => Result): Result {
  const exchanged = [fs, fs.promises].flatMap((module) =>
    Object.entries(module).flatMap(([name, original]) =>
      typeof original === 'function' ? [{ module, name, original }] : [],
    ),
  )
  try {
    for (const { module, name, original } of exchanged) {
      const apply = (target: typeof original, self: unknown, given: unknown[]) => {
        effects.push(`fs.${name}`)
        return Reflect.apply(target, self, given)
      }
      Reflect.set(module, name, new Proxy(original, { apply }))
    }
    syncBuiltinESMExports()
    return work()
  } finally {
    for (const { module, name, original } of exchanged) Reflect.set(module, name, original)
    syncBuiltinESMExports()
  }
}
