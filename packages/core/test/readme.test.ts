import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readmeExample } from '@mako-session/packed/readme-example'
import { expect, it } from 'vitest'
import { newSessions, secret } from './support/new-sessions.ts'

const packageDirectory = fileURLToPath(new URL('..', import.meta.url))

it('runs the example of the package', async () => {
  const example = readmeExample(`${packageDirectory}/README.md`)
  const app = example.replace('export default', 'app =')
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
  const code = readmeExample(`${packageDirectory}/../../README.md`, "session.put('cart'")
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

it.each(['order-form.ts', 'order-form-of-valibot.ts'])(
  'runs the form of %s, and only a form without an error spends its token',
  async (name) => {
    const example = readmeExample(`${packageDirectory}/README.md`, `// ${name}`)
    const script = `${example.replace(/^export /gm, '')}
      import { MemoryStore, SessionManager } from '@mako-session/core'
      const sessions = new SessionManager({ store: new MemoryStore(), secrets: '${secret}' })
      const session = await sessions.load(undefined)
      const isTaken = (take) => (body) => take(body).then(() => true, () => false)
      const takers = [(body) => orderOf(session).parseAsync(body), (body) => takeOrder(session, body)]
      if (typeof v !== 'undefined') takers.splice(0, 2, (body) => v.parseAsync(orderOf(session), body))
      const results = []
      for (const take of takers.map(isTaken)) {
        const token = session.generateToken()
        for (const email of ['ann', 'ann@example.com', 'ann@example.com'])
          results.push(await take({ email, token }))
        results.push(await take({ email: 'ann@example.com', token: 'forged' }))
      }
      console.log(JSON.stringify(results))`
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', script],
      { cwd: packageDirectory },
    )
    const once = [false, true, false, false]
    expect(JSON.parse(stdout)).toEqual(name === 'order-form.ts' ? [...once, ...once] : once)
  },
)
