import { describe, it } from 'node:test'
import { registerConformance } from '../../src/bind.ts'
import { subject } from './subject.ts'

registerConformance({ describe, it, skip: it.skip }, subject)
