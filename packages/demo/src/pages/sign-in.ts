import { type Answer, page, redirect } from '../answer.ts'
import { codeSample } from '../code-sample.ts'
import { csrfField } from '../csrf-field.ts'
import { html } from '../html.ts'
import { layout } from '../layout.ts'
import type { PageRequest } from '../route.ts'
import { singleLine } from '../single-line.ts'

const maxLength = 40

/** Asks for a name. */
export function showSignIn({ session }: PageRequest): Answer {
  const { userId } = session
  const hint =
    userId === undefined
      ? 'Your notes and orders stay. Your session gets a new id, and the old one is no longer valid.'
      : `You are signed in as ${userId}. Another user starts with an empty session.`
  const content = html`<h1>Sign in</h1>
<p class="lead">You may enter any name: this demo asks for no password. ${hint}</p>
<form class="panel inline" method="post" action="/sign-in">
${csrfField(session)}
<label for="name">Your name</label>
<input id="name" name="name" maxlength="${maxLength}" required autocomplete="username" autofocus>
<button>Sign in</button>
</form>
${codeSample(
  'session.bindUser(name)',
  '// … and to sign out:',
  'session.clear()',
  "session.flash('success', 'You are signed out.')",
)}`
  return page(layout('Sign in', content, session))
}

/** Binds the session to a user. */
export function signIn({ session, form }: PageRequest): Answer {
  const name = singleLine(form.get('name'), maxLength)
  if (name === undefined) {
    session.flash('error', `A name has 1 to ${maxLength} characters.`)
    return redirect('/sign-in')
  }
  session.bindUser(name)
  session.flash('success', `Hello ${name}, you are signed in.`)
  return redirect('/')
}

/** Ends the session with all its data. A new one shows the message. */
export function signOut({ session }: PageRequest): Answer {
  session.clear()
  session.flash('success', 'You are signed out.')
  return redirect('/')
}
