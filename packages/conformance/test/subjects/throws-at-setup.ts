import { memorySubject } from '../memory-subject.ts'

export const subject: typeof memorySubject = {
  ...memorySubject,
  async setup() {
    throw new Error('no backend')
  },
}
