import { describe, expect, it } from 'vitest'
import { error, success } from '../notice.ts'
import { startServer } from '../start-server.ts'
import { Visitor } from '../visitor.ts'

describe('the notes', () => {
  it('are added and removed, with a message that is shown once', async () => {
    const visitor = new Visitor(await startServer())
    const added = await visitor.submit(await visitor.get('/notes'), '/notes', {
      text: ' Surf\n wax ',
    })
    expect([added.status, added.headers.get('location')]).toEqual([303, '/notes'])
    const seen = await visitor.get('/notes')
    expect(seen.html).toContain(`${success}Note added.`)
    expect(seen.html).toContain('<span class="row-text">Surf wax</span>')
    expect((await visitor.get('/notes')).html).not.toContain('role="status"')

    await visitor.submit(seen, '/notes/remove')
    const after = await visitor.get('/notes')
    expect(after.html).toContain(`${success}Note removed.`)
    expect(after.html).toContain('No notes yet.')
    await visitor.submit(seen, '/notes/remove')
    expect((await visitor.get('/notes')).html).toContain(`${error}That note was already removed.`)
  })

  it('that are added at the same time are all kept', async () => {
    const visitor = new Visitor(await startServer())
    const seen = await visitor.get('/notes')
    const texts = Array.from({ length: 8 }, (_, index) => `note ${index}`)
    await Promise.all(texts.map((text) => visitor.submit(seen, '/notes', { text })))
    const { html } = await visitor.get('/notes')
    expect(texts.filter((text) => html.includes(`>${text}<`))).toEqual(texts)
  })

  it('are shown as text, also when they have HTML in them', async () => {
    const visitor = new Visitor(await startServer())
    await visitor.submit(await visitor.get('/notes'), '/notes', { text: '<script>"&\'' })
    for (const path of ['/notes', '/session']) {
      const { html } = await visitor.get(path)
      expect(html).toContain('&#60;script&#62;')
      expect(html).not.toContain('<script')
    }
  })

  it('are refused when the text is empty or too long, or when there are too many', async () => {
    const visitor = new Visitor(await startServer())
    const seen = await visitor.get('/notes')
    for (const text of ['', ' \t', 'x'.repeat(201)]) {
      await visitor.submit(seen, '/notes', { text })
      expect((await visitor.get('/notes')).html).toContain(
        `${error}A note has 1 to 200 characters.`,
      )
    }
    for (let count = 0; count < 21; count += 1) await visitor.submit(seen, '/notes', { text: 'x' })
    expect((await visitor.get('/notes')).html).toContain(`${error}There is room for 20 notes.`)
  })
})
