import type { CaseNeed, RunnableCase } from '../conformance-case.ts'
import type { Environment, Subject } from '../subject/subject.ts'

const reasons: Record<CaseNeed, string> = {
  worker: 'the subject has no worker module',
  userIndex: 'the subject has no user index',
  connect: 'the environment has no connect',
  peek: 'the environment has no peek',
  plant: 'the environment has no plant',
  faults: 'the environment has no faults',
  work: 'the environment has no work',
  movableTime: 'the time of the environment is real',
}

/**
 * Why a case cannot be shown; `undefined` where it can. Without `environment`, only needs of the subject are
 * checked.
 */
export function unmetNeed(
  { needs }: RunnableCase,
  subject: Subject,
  environment?: Environment,
): string | undefined {
  const offered: Record<CaseNeed, boolean> = {
    worker: subject.worker !== undefined,
    userIndex: subject.userIndex,
    connect: !environment || environment.connect !== undefined,
    peek: !environment || environment.peek !== undefined,
    plant: !environment || environment.plant !== undefined,
    faults: !environment || environment.faults !== undefined,
    work: !environment || environment.work !== undefined,
    movableTime: environment?.time.kind !== 'real',
  }
  const unmet = needs.find((need) => !offered[need])
  return unmet && reasons[unmet]
}
