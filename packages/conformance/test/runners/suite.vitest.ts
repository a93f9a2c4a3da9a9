import { describe, it } from 'vitest'
import { registerConformance } from '../../src/register-conformance.ts'
import { subject } from './subject.ts'

registerConformance({ describe, it, skip: it.skip }, subject)
