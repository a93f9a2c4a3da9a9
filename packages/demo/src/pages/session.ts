import { type Answer, page, redirect } from '../answer.ts'
import { codeSample } from '../code-sample.ts'
import { csrfField } from '../csrf-field.ts'
import { type DemoSession, lifetime } from '../demo-session.ts'
import { formatDuration } from '../duration.ts'
import { type Html, html } from '../html.ts'
import { layout } from '../layout.ts'
import type { PageRequest } from '../route.ts'

/** Shows what the server knows about the session. */
export function showSession({ session }: PageRequest): Answer {
  const content = html`<h1>Session</h1>
${session.isNew ? unstored() : stored(session)}`
  return page(layout('Session', content, session))
}

/** Gives the session a new id. */
export function renewId({ session }: PageRequest): Answer {
  session.regenerateId()
  session.flash('success', 'Your session has a new id. The old one is no longer valid.')
  return redirect('/session')
}

/** Deletes the session. */
export function endSession({ session }: PageRequest): Answer {
  session.destroy()
  return redirect('/session')
}

function unstored(): Html {
  return html`<p class="lead">Your session is new: nothing about you is stored, and this page set no cookie.</p>
<p><a class="button" href="/">Start one</a></p>`
}

function stored(session: DemoSession): Html {
  return html`<p class="lead">Your session is stored on the server. Your browser has its id. This page does not show the id, because a person who has it can use the session.</p>
<dl class="panel facts">${facts(session)}</dl>
<div class="actions">
${action(session, '/session/id', 'Give it a new id')}
${action(session, '/session/end', 'End it', 'danger')}
</div>
<h2>Its data</h2>
<pre class="panel" tabindex="0">${JSON.stringify(session.getData(), null, 2)}</pre>
${codeSample('session.regenerateId()', '// … or, to delete it:', 'session.destroy()')}`
}

function facts(session: DemoSession): Html[] {
  const now = Date.now()
  const age = (now - session.createdAt.getTime()) / 1_000
  const idleLeft = (session.expiresAt.getTime() - now) / 1_000
  return [
    fact('Key', html`<code>${session.key}</code>`, 'its public name, which never changes'),
    fact('User', session.userId ?? 'none', 'the user that the session is bound to'),
    fact('Age', formatDuration(age), 'time since the session began; a new id does not change it'),
    fact(
      'Ends unused in',
      formatDuration(idleLeft),
      'begins anew with each use, accurate to a minute',
    ),
    fact(
      'Ends at the latest in',
      formatDuration(lifetime.absoluteTimeout - age),
      'no use of the session changes this',
    ),
  ]
}

function fact(name: string, value: Html | string, meaning: string): Html {
  return html`<div><dt>${name}</dt><dd>${value} <small>${meaning}</small></dd></div>`
}

function action(session: DemoSession, path: string, name: string, kind = 'quiet'): Html {
  return html`<form method="post" action="${path}">${csrfField(session)}<button class="${kind}">${name}</button></form>`
}
