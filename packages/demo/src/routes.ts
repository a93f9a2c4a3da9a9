import { guarded } from './csrf-field.ts'
import { showHome } from './pages/home.ts'
import { addNote, removeNote, showNotes } from './pages/notes.ts'
import { sendOrder, showOrder, showOrders } from './pages/order.ts'
import { endSession, renewId, showSession } from './pages/session.ts'
import { showSignIn, signIn, signOut } from './pages/sign-in.ts'
import type { Route } from './route.ts'

/** Every page, by its path. */
export const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/', { GET: showHome }],
  ['/notes', { GET: showNotes, POST: guarded(addNote) }],
  ['/notes/remove', { POST: guarded(removeNote) }],
  ['/order', { GET: showOrder }],
  // Not guarded: the one-time token also proves that the form is from a page of this session.
  ['/order/send', { POST: sendOrder }],
  ['/order/sent', { GET: showOrders }],
  ['/session', { GET: showSession }],
  ['/session/id', { POST: guarded(renewId) }],
  ['/session/end', { POST: guarded(endSession) }],
  ['/sign-in', { GET: showSignIn, POST: guarded(signIn) }],
  ['/sign-out', { POST: guarded(signOut) }],
])
