import { type Answer, page } from '../answer.ts'
import { codeSample } from '../code-sample.ts'
import type { DemoSession } from '../demo-session.ts'
import { type Html, html } from '../html.ts'
import { layout } from '../layout.ts'
import type { PageRequest } from '../route.ts'

/** Counts the visit and leads to the other pages. */
export function showHome({ session, isVisit }: PageRequest): Answer {
  if (isVisit) session.update('visits', (visits) => visits + 1, 0)
  const visits = session.get('visits', 0)
  const content = html`<section class="hero">
<div>
<h1>${greeting(session, visits)}</h1>
<p class="lead">This page counts your visits. Reload it, restart the server, or open it in ten tabs at once: each visit is counted.</p>
</div>
<p class="counter"><strong>${visits}</strong> ${visits === 1 ? 'visit' : 'visits'}</p>
</section>
<ul class="cards">${cards(session)}</ul>
${codeSample("session.update('visits', (visits) => visits + 1, 0)")}`
  return page(layout('Home', content, session))
}

function greeting({ userId }: DemoSession, visits: number): string {
  const name = userId === undefined ? '' : `, ${userId}`
  return visits > 1 ? `Welcome back${name}` : `Welcome${name}`
}

function cards(session: DemoSession): Html[] {
  return [
    session.userId === undefined
      ? card('/sign-in', 'Sign in', 'Your session gets a new id and keeps what is in it.')
      : card('/sign-in', 'Change user', 'Another user never sees what is in your session.'),
    card('/notes', 'Notes', 'A list of your own, and messages that are shown once.'),
    card('/order', 'Order', 'A form that is accepted only once.'),
    card('/session', 'Session', 'What the server has stored about you, and for how long.'),
  ]
}

function card(path: string, title: string, text: string): Html {
  return html`<li class="card"><h2><a href="${path}">${title}</a></h2><p>${text}</p></li>`
}
