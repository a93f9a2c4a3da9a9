import fc from 'fast-check'

/** One command of a random run; `model/random-commands` tells what each means. */
export interface ModelStep {
  readonly act: 'read' | 'create' | 'delete' | 'update' | 'advance' | 'gc'
  /** Which of three. */
  readonly key: number
  /** Which of two. */
  readonly handle: number
  /** How far an `advance` goes, or how long what is written lives. */
  readonly steps: number
  /** Which version an `update` expects; where there is none such, one that nobody wrote. */
  readonly expected: 'current' | 'old' | 'unknown'
  /** Whose a record becomes that is written; 0 is nobody. */
  readonly user: number
}

/** Random steps. What comes first is the simplest, to which a failure is reduced. */
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

/** What a step does, in a line. */
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
