import { describe, it } from 'node:test'
import { registerConformance } from '../../src/register-conformance.ts'
import { subject } from './subject.ts'

registerConformance({ describe, it, skip: it.skip }, subject)
