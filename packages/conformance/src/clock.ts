export { type VirtualClock, virtualClock } from './subject/virtual-clock.ts'
