import { describe, expect, it } from 'vitest'
import { nodeMajors, nodeOfVersion } from '../src/node-of-version.ts'
import { versionOf } from './version-of.ts'

describe('nodeOfVersion', () => {
  const running = nodeMajors.find((major) => process.version.startsWith(`v${major}.`))

  it.runIf(running)('hands out the running Node for its own version', async () => {
    const node = await nodeOfVersion(running ?? 20)
    expect(node).toBe(process.execPath)
    expect(versionOf(node)).toBe(process.version)
  })
})
