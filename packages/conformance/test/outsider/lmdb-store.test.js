import { describe, it } from 'node:test'
import { registerConformance } from '@mako-session/conformance/bind'
import { subject } from './lmdb-subject.js'

registerConformance({ describe, it, skip: it.skip }, subject)
