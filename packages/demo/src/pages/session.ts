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
  session.flash('success', 'Your session has a new id. The old one is dead.')
  return redirect('/session')
}

/** Deletes the session. */
export function endSession({ session }: PageRequest): Answer {
  session.destroy()
  return redirect('/session')
}

function unstored(): Html {
  return html`<p class="lead">Yours is new: nothing about you is stored, and this page set no cookie.</p>
<p><a class="button" href="/">Start one</a></p>`
}

function stored(session: DemoSession): Html {
  return html`<p class="lead">Yours is not new: it is stored on the server. Your browser has its id, which this page does not show: a person who has the id can use the session.</p>
<dl class="panel facts">${facts(session)}</dl>
<div class="actions">
${action(session, '/session/id', 'Give it a new id')}
${action(session, '/session/end', 'End it', 'danger')}
</div>
<h2>What it holds</h2>
<pre class="panel" tabindex="0">${JSON.stringify(session.getData(), null, 2)}</pre>
${codeSample('session.regenerateId()', '// … or, for good:', 'session.destroy()')}`
}

function facts(session: DemoSession): Html[] {
  const now = Date.now()
  const age = (now - session.createdAt.getTime()) / 1_000
  const idleLeft = (session.expiresAt.getTime() - now) / 1_000
  return [
    fact('Key', html`<code>${session.key}</code>`, 'its public name, the same for its whole life'),
    fact('User', session.userId ?? 'nobody', 'whom it is tied to'),
    fact('Age', formatDuration(age), 'since it began; a new id does not change it'),
    fact('Ends unused in', formatDuration(idleLeft), 'each use puts it off, about once a minute'),
    fact(
      'Ends at the latest in',
      formatDuration(lifetime.absoluteTimeout - age),
      'whatever you do',
    ),
  ]
}

function fact(name: string, value: Html | string, meaning: string): Html {
  return html`<div><dt>${name}</dt><dd>${value} <small>${meaning}</small></dd></div>`
}

function action(session: DemoSession, path: string, name: string, kind = 'quiet'): Html {
  return html`<form method="post" action="${path}">${csrfField(session)}<button class="${kind}">${name}</button></form>`
}
