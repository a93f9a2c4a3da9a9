import { styleUrl } from './assets.ts'
import { csrfField } from './csrf-field.ts'
import type { DemoSession } from './demo-session.ts'
import { type Html, html } from './html.ts'

const places = [
  ['/', 'Home'],
  ['/notes', 'Notes'],
  ['/order', 'Order'],
  ['/session', 'Session'],
] as const

/** The frame of every page; an error page has no session. */
export function layout(title: string, content: Html, session?: DemoSession): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · mako-session</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${styleUrl}">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="bar">
<a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28">mako-session</a>
<nav aria-label="Pages">${places.map(([path, name]) => navLink(path, name, title))}</nav>
${session && account(session)}
</header>
<main id="content">
${session && notices(session)}
${content}
</main>
<footer>Served by <code>node:http</code> and <code>@mako-session/core</code>, without a framework and without JavaScript in the browser.</footer>
</body>
</html>
`
}

function navLink(path: string, name: string, title: string): Html {
  const current = name === title ? html` aria-current="page"` : undefined
  return html`<a href="${path}"${current}>${name}</a>`
}

function account(session: DemoSession): Html {
  if (session.userId === undefined) return html`<a class="button quiet" href="/sign-in">Sign in</a>`
  return html`<form class="account" method="post" action="/sign-out">
${csrfField(session)}
<span class="user" title="${session.userId}">${session.userId}</span>
<button class="quiet">Sign out</button>
</form>`
}

/** What the previous request flashed: shown once. */
function notices(session: DemoSession): Html[] {
  return (['success', 'error'] as const).flatMap((kind) => {
    const text = session.flash(kind)
    if (text === false) return []
    const role = kind === 'error' ? 'alert' : 'status'
    return [html`<p class="notice ${kind}" role="${role}">${text}</p>`]
  })
}
