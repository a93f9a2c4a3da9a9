import { it } from 'vitest'
import { killWriters } from './kill-writers.ts'

it('loses no acknowledged write and no order of writes when 200 writers are killed at any moment', () =>
  killWriters(200))
