import { describeThrees, threesOfChanges } from './explore-threes.ts'

describeThrees('of nobody', threesOfChanges, {})
