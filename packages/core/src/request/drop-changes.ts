import { publish } from '../session-events.ts'
import type { SessionState } from './session-state.ts'

/** Leaves out what a request changed. The event `dropped` says so where it did change something. */
export function dropChanges(state: SessionState): void {
  if (!hasChanges(state)) return
  const [ended] = state.records.endings.keys()
  const key = ended ?? (state.late?.record ?? state.record ?? state.id).key
  publish('dropped', { key, reason: 'status' })
}

function hasChanges(state: SessionState): boolean {
  if (state.records.endings.size > 0) return true // By clear() or bindUser().
  try {
    state.data.recordInPlaceChanges()
    return state.applied(state.contents, 0) !== state.contents
  } catch {
    return true // A change that could not have been stored, such as a function put into an object.
  }
}
