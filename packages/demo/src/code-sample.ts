import { type Html, html } from './html.ts'

/** The lines of the page's source that use the session. */
export function codeSample(...lines: readonly string[]): Html {
  return html`<figure class="code">
<figcaption>The code behind this page</figcaption>
<pre tabindex="0"><code>${lines.join('\n')}</code></pre>
</figure>`
}
