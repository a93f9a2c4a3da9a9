import { execFileSync } from 'node:child_process'

/** What a Node prints for `--version`. */
export function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8', env: {} }).trim()
}
