import { fileURLToPath } from 'node:url'
import { readmeExample, serveExample, visitorOf } from '@mako-session/packed/readme-example'
import { expect, it, onTestFinished } from 'vitest'
import { filesIn } from './files-in.ts'
import { temporaryDirectory } from './temporary-directory.ts'

it('runs the example of the README', async () => {
  const directory = temporaryDirectory()
  const example = readmeExample(new URL('../README.md', import.meta.url))
  const server = await serveExample(example.replace('/var/lib/my-app/sessions', directory), {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: process.env,
  })
  onTestFinished(() => server.stop())
  const visit = visitorOf(server.origin)
  expect(await visit('/')).toBe('Visit number 1\n')
  expect(await visit('/')).toBe('Visit number 2\n')
  expect(filesIn(directory).length).toBe(1)
})
