import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { newSessions, secret } from './support/new-sessions.ts'

const packageDirectory = fileURLToPath(new URL('..', import.meta.url))

/** The first block of JavaScript in a Markdown file that begins like this. */
function example(path: string, beginning: string): string {
  const blocks = readFileSync(path, 'utf8').matchAll(/```js\n(.*?)```/gs)
  const found = [...blocks].map(([, code = '']) => code).find((code) => code.startsWith(beginning))
  if (found === undefined) throw new Error(`${path} has no example that begins with ${beginning}`)
  return found
}

it('runs the example of the package', async () => {
  const app = example(`${packageDirectory}/README.md`, 'import').replace('export default', 'app =')
  const script = `let app; ${app}
    const first = await app.fetch(new Request('http://localhost/'))
    const [cookie] = first.headers.getSetCookie()[0].split(';')
    const second = await app.fetch(new Request('http://localhost/', { headers: { cookie } }))
    console.log(await first.text() + await second.text())`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    { cwd: packageDirectory, env: { ...process.env, SESSION_SECRET: secret } },
  )
  expect(stdout).toBe('Visit 1\nVisit 2\n\n')
})

it('runs the calls that the README shows, and they do what it says', async () => {
  const code = example(`${packageDirectory}/../../README.md`, "session.put('cart'")
  const [beforeLogin = '', afterLogin = ''] = code.split(/(?=session\.bindUser)/)
  const run = (part: string, session: object) =>
    new Function('session', `return (async () => { ${part} })()`)(session)
  const sessions = newSessions()
  const session = await sessions.load(undefined)
  await run(beforeLogin, session)
  const id = session.getId()
  const cookie = (await sessions.commit(session))?.split(';')[0]
  const next = await sessions.load(cookie)
  expect(next.getData()).toEqual({ cart: ['apple', 'pear'], visits: 1 })
  expect(next.flash('notice')).toBe('Saved')
  await run(afterLogin, next)
  expect([next.isDestroyed, next.getId() === id]).toEqual([true, false])
  expect(await sessions.commit(next)).toContain('Max-Age=0')
})
