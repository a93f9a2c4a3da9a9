import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Counts what this process does with files: each call of `node:fs`, and each entry that a directory is read
 * to have. The calls go through as they are; only `opendir` would hide what it reads.
 */
export class FileSystemWork {
  amount = 0
  readonly #exchanged = [fs, fs.promises].flatMap((module) =>
    Object.entries(module).flatMap(([name, original]) =>
      typeof original === 'function' && /^[a-z]/.test(name) ? [{ module, name, original }] : [],
    ),
  )

  /** Begins to count. */
  constructor() {
    for (const { module, name, original } of this.#exchanged) {
      const apply = (target: typeof original, self: unknown, given: unknown[]) => {
        this.amount += 1
        const result: unknown = Reflect.apply(target, self, given)
        return result instanceof Promise
          ? result.then((value) => this.#seen(value))
          : this.#seen(result)
      }
      Reflect.set(module, name, new Proxy(original, { apply }))
    }
    syncBuiltinESMExports()
  }

  /** Counts no more. */
  end(): void {
    for (const { module, name, original } of this.#exchanged) Reflect.set(module, name, original)
    syncBuiltinESMExports()
  }

  #seen<Result>(result: Result): Result {
    if (Array.isArray(result)) this.amount += result.length
    return result
  }
}
