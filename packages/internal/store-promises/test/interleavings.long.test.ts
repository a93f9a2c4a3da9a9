import { describeMemoryInterleavings } from './memory-interleavings.ts'

describeMemoryInterleavings('long')
