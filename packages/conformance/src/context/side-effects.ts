import { AsyncResource, createHook, executionAsyncId } from 'node:async_hooks'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const turns = 10

/** What a function returned, and its side effects. */
export interface Traced<Result> {
  readonly result: Result
  /** Timers, I/O and calls of `node:fs` that the function began, and listeners that it added to `process`. */
  readonly effects: readonly string[]
}

/**
 * Runs a function that should have no side effects, and lists those that it has. This includes what the
 * function starts and what goes on in the next turns of the event loop. Side effects of other code in the
 * process do not count.
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

// Node names its own resources in capitals; other names come from libraries. Promises and ticks are no I/O.
function isOfNode(type: string): boolean {
  return /^(Timeout|Immediate|[A-Z0-9]+)$/.test(type) && type !== 'PROMISE'
}

function processListeners(): Map<string | symbol, number> {
  return new Map(process.eventNames().map((name) => [name, process.listenerCount(name)]))
}

/** Wraps the functions of `node:fs` while `work` runs. `work` is synchronous, so no other code sees that. */
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
