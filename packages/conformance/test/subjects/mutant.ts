import { mutantSubject } from '../mutant-subject.ts'
import { mutants } from '../mutants/all-mutants.ts'

export const subject = mutantSubject(1, mutants['update ignores the version'])
