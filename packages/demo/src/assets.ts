import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Answer } from './answer.ts'

const icon = read('icon.svg')
const style = Buffer.concat(['frame.css', 'controls.css', 'content.css'].map(read))

/** The address of the style sheet. It changes with the content, so that browsers may keep the file. */
export const styleUrl = `/style.css?${createHash('sha256').update(style).digest('hex').slice(0, 16)}`

/** Files that are the same for all visitors, by their path. They need no session. */
export const assets: ReadonlyMap<string, Answer> = new Map([
  ['/style.css', asset('text/css; charset=utf-8', style, 'public, max-age=31536000, immutable')],
  ['/icon.svg', asset('image/svg+xml', icon, 'public, max-age=86400')],
])

function asset(type: string, body: Buffer, caching: string): Answer {
  return { status: 200, headers: { 'Content-Type': type, 'Cache-Control': caching }, body }
}

function read(name: string): Buffer {
  return readFileSync(new URL(`style/${name}`, import.meta.url))
}
