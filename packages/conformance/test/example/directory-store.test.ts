import { registerConformance } from '@mako-session/conformance/bind'
import { describe, it } from 'vitest'
import { subject } from './directory-subject.ts'

registerConformance({ describe, it, skip: it.skip }, subject)
