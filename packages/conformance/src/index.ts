export type { CaseNeed, ConformanceCase } from './conformance-case.ts'
export { cases } from './conformance-cases.ts'
export { ConformanceError, type FailedRun } from './conformance-error.ts'
export { edition } from './conformance-plan.ts'
export type { CaseResult, CaseStatus, ConformanceReport } from './report/conformance-report.ts'
export { formatReport, type ReportFormat } from './report/format-report.ts'
export { runConformance } from './run-conformance.ts'
export type { RunOptions } from './run-options.ts'
export type {
  CloseClient,
  Environment,
  FaultMode,
  OpenStore,
  SetupContext,
  Subject,
  SubjectWorker,
  TimeControl,
} from './subject/subject.ts'
