import { describe, expect, it } from 'vitest'
import { html } from '../src/html.ts'

describe('html', () => {
  it('escapes what is put into it, in text and in attributes', () => {
    expect(html`<p title="${'"\'>'}">${'<b>&'}</p>`.text).toBe(
      '<p title="&#34;&#39;&#62;">&#60;b&#62;&#38;</p>',
    )
  })

  it('takes templates, lists, numbers and undefined', () => {
    expect(html`${[html`<i>${1}</i>`, 'a<']}${undefined}${[]}`.text).toBe('<i>1</i>a&#60;')
  })
})
