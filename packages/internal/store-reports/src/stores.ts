/** A store of this project, and the module with which the conformance command tests it. */
export interface ReportedStore {
  /** The name of its report. */
  readonly name: string
  readonly packageName: string
  readonly subjectModule: string
}

/** All stores, in the order of the table. */
export const stores: readonly ReportedStore[] = [
  { name: 'memory', packageName: 'core', subjectModule: 'conformance/test/subjects/right.ts' },
  ...['file', 'redis', 'database'].map((name) => ({
    name,
    packageName: name,
    subjectModule: `${name}/test/conformance-subject.ts`,
  })),
]
