import { describe, it } from 'node:test'
import { registerConformance } from '../src/bind.ts'
import { brokenSubject, opening } from './broken-subject.ts'

const subject = brokenSubject((right) => opening(right, { create: async () => false }))
registerConformance({ describe, it, skip: it.skip }, subject, { only: ['create/then-read'] })
