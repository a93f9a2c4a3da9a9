import { it } from 'vitest'
import { killWriters } from './kill-writers.ts'

it('loses no acknowledged write and no order of writes when 40 writers are killed at any moment', () =>
  killWriters(40))
