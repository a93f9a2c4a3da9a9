import { registerConformance } from '@mako-session/conformance/bind'
import { describe, it } from 'vitest'
import { subject } from './conformance-subject.ts'

registerConformance({ describe, it, skip: it.skip }, subject)
