import type { Session } from '@mako-session/core'

/** What the demo keeps in a session. */
export interface DemoData {
  visits: number
  notes: readonly Note[]
  orders: readonly Order[]
}

/** A line that the visitor wrote down. */
export interface Note {
  readonly id: string
  readonly text: string
  /** Milliseconds since 1970. */
  readonly addedAt: number
}

/** Something that the visitor ordered. */
export interface Order {
  readonly item: string
  /** Milliseconds since 1970. */
  readonly sentAt: number
}

/** What one page of the demo flashes for the next one. */
export interface DemoFlash {
  success: string
  error: string
  /** The one-time token of the form that was just sent. */
  spentToken: string
}

export type DemoSession = Session<DemoData, DemoFlash>

/** When sessions of the demo end, in seconds. */
export const lifetime = Object.freeze({ idleTimeout: 1_800, absoluteTimeout: 43_200 })
