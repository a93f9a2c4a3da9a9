/**
 * A `storeTimeout`, in seconds, that no healthy call reaches, however busy the machine is. A call that
 * hangs is ended by the deadline of the test.
 */
export const patience = 3_600
