import { describe, it } from 'vitest'
import { registerConformance } from '../src/register-conformance.ts'
import { memorySubject } from './memory-subject.ts'

registerConformance({ describe, it, skip: it.skip }, memorySubject)
