/**
 * A `storeTimeout` in seconds that a working call does not reach, even on a busy machine. If a call
 * hangs, the test fails at its own deadline.
 */
export const patience = 3_600
