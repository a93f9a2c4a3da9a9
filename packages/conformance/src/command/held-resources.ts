/** What keeps this process alive, and since when. */
export interface LeftOpen {
  /** Kinds of resources, as `process.getActiveResourcesInfo()` calls them. */
  readonly kinds: string
  /** The turn since whose end one of them has been open. */
  readonly since: string
}

/** Watches for what is never closed: it would keep servers, and runs of tests, from ending. */
export class HeldResources {
  readonly #before = counts()
  readonly #turns: { readonly name: string; readonly held: Counts }[] = []

  /** To be called after each thing that the run does. */
  turnIsOver(name: string): void {
    this.#turns.push({ name, held: counts() })
  }

  /** Waits until nothing keeps the process alive, or else resolves what does after so many seconds. */
  async leftOpen(patience: number): Promise<LeftOpen | undefined> {
    const isEmpty = await new Promise<boolean>((resolve) => {
      process.once('beforeExit', () => resolve(true))
      // Fires only where something else keeps the process alive.
      setTimeout(() => resolve(false), patience * 1_000).unref()
    })
    if (isEmpty) return undefined
    const kinds = this.#grown(counts())
    const isFree = ({ held }: { held: Counts }) =>
      !this.#grown(held).some((kind) => kinds.includes(kind))
    const { name: since } = this.#turns[this.#turns.findLastIndex(isFree) + 1] ?? {
      name: 'the end',
    }
    return { kinds: kinds.join(', '), since }
  }

  #grown(held: Counts): string[] {
    return [...held].flatMap(([kind, count]) =>
      count > (this.#before.get(kind) ?? 0) ? [kind] : [],
    )
  }
}

type Counts = ReadonlyMap<string, number>

function counts(): Counts {
  const found = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) found.set(kind, (found.get(kind) ?? 0) + 1)
  return found
}
