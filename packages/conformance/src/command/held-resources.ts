/** What keeps this process alive, and since when. */
export interface LeftOpen {
  /** Kinds of resources, as `process.getActiveResourcesInfo()` calls them. */
  readonly kinds: string
  /** The turn from whose end on one of these resources has been open. */
  readonly since: string
}

/** Finds resources that are never closed. They would keep a server, or a run of tests, from ending. */
export class HeldResources {
  readonly #before = counts()
  readonly #turns: { readonly name: string; readonly held: Counts }[] = []

  /** To be called after each turn: the import of the module, and each case. */
  turnIsOver(name: string): void {
    this.#turns.push({ name, held: counts() })
  }

  /**
   * Waits until nothing keeps the process alive, and resolves undefined. After `patience` seconds it resolves
   * what still does.
   */
  async leftOpen(patience: number): Promise<LeftOpen | undefined> {
    const isEmpty = await new Promise<boolean>((resolve) => {
      process.once('beforeExit', () => resolve(true))
      // The timer is unreferenced, so it fires only where something else keeps the process alive.
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
