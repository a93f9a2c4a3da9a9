import fc from 'fast-check'

/** One command of a random run. `StoreModel.take` carries it out. */
export interface ModelStep {
  readonly act: 'read' | 'create' | 'delete' | 'update' | 'advance' | 'gc'
  /** The index of one of three keys. */
  readonly key: number
  /** The index of one of two handles. */
  readonly handle: number
  /** How many steps of time an `advance` lets pass, or how many a written record lives. */
  readonly steps: number
  /** Which version an `update` expects. Where the key has no such version, it expects a random one. */
  readonly expected: 'current' | 'old' | 'unknown'
  /** The user that a written record belongs to: 1 or 2. 0 means that it belongs to no user. */
  readonly user: number
}

/** Random steps. fast-check reduces a failure to simpler values: the first one of each list. */
export const modelSteps: fc.Arbitrary<ModelStep[]> = fc.array(
  fc.record({
    act: fc.constantFrom(
      ...([
        'create',
        'update',
        'read',
        'delete',
        'advance',
        'gc',
        'update',
        'update',
        'read',
      ] as const),
    ),
    key: fc.nat(2),
    handle: fc.nat(1),
    steps: fc.integer({ min: 1, max: 4 }),
    expected: fc.constantFrom('current', 'current', 'old', 'unknown'),
    user: fc.nat(2),
  }),
  { maxLength: 40, size: 'max' },
)

/** What a step does, in one line. */
export function describeStep({ act, key, handle, steps, expected, user }: ModelStep): string {
  const by = `by handle ${handle}`
  const lasting = `for ${steps} steps${user > 0 ? `, of user ${user}` : ''}`
  switch (act) {
    case 'advance':
      return `advance ${steps} steps`
    case 'gc':
      return `gc ${by}`
    case 'create':
      return `create key ${key} ${lasting}, ${by}`
    case 'update':
      return `update key ${key} expecting the ${expected} version, ${lasting}, ${by}`
    default:
      return `${act} key ${key} ${by}`
  }
}
