import { randomUUID } from 'node:crypto'
import { type Answer, page, redirect } from '../answer.ts'
import { codeSample } from '../code-sample.ts'
import { csrfField } from '../csrf-field.ts'
import type { DemoSession, Note } from '../demo-session.ts'
import { formatAge } from '../duration.ts'
import { type Html, html } from '../html.ts'
import { layout } from '../layout.ts'
import type { PageRequest } from '../route.ts'
import { singleLine } from '../single-line.ts'

const maxNotes = 20
const maxLength = 200

/** Lists the visitor's notes. */
export function showNotes({ session }: PageRequest): Answer {
  const notes = session.get('notes', [])
  const list =
    notes.length > 0
      ? html`<ul class="rows">${notes.map((note) => row(session, note))}</ul>`
      : html`<p class="empty">No notes yet. Write the first one.</p>`
  const content = html`<h1>Notes</h1>
<p class="lead">Your notes are stored in your session, so only you see them. Each change is answered with a redirect and a message that is shown once.</p>
<form class="panel inline" method="post" action="/notes">
${csrfField(session)}
<label for="text">New note</label>
<input id="text" name="text" maxlength="${maxLength}" required autocomplete="off">
<button>Add</button>
</form>
${list}
${codeSample(
  "session.update('notes', (notes) => [...notes, note], [])",
  "session.flash('success', 'Note added.')",
)}`
  return page(layout('Notes', content, session))
}

/** Adds a note. */
export function addNote({ session, form }: PageRequest): Answer {
  const text = singleLine(form.get('text'), maxLength)
  if (text === undefined) {
    session.flash('error', `A note has 1 to ${maxLength} characters.`)
  } else if (session.get('notes', []).length >= maxNotes) {
    session.flash('error', `There is room for ${maxNotes} notes. Remove one first.`)
  } else {
    const note = { id: randomUUID(), text, addedAt: Date.now() }
    session.update('notes', (notes) => [...notes, note], [])
    session.flash('success', 'Note added.')
  }
  return redirect('/notes')
}

/** Removes a note. */
export function removeNote({ session, form }: PageRequest): Answer {
  const id = form.get('id')
  if (session.get('notes', []).some((note) => note.id === id)) {
    session.update('notes', (notes) => notes.filter((note) => note.id !== id), [])
    session.flash('success', 'Note removed.')
  } else {
    session.flash('error', 'That note was already removed.')
  }
  return redirect('/notes')
}

function row(session: DemoSession, { id, text, addedAt }: Note): Html {
  return html`<li>
<span class="row-text">${text}</span>
<span class="row-time">${formatAge(addedAt)}</span>
<form method="post" action="/notes/remove">
${csrfField(session)}
<input type="hidden" name="id" value="${id}">
<button class="quiet" aria-label="Remove: ${text}">Remove</button>
</form>
</li>`
}
