import { describe, expect, it } from 'vitest'
import { nodeMajors, nodeOfVersion } from '../src/node-of-version.ts'
import { versionOf } from './version-of.ts'

describe('nodeOfVersion', () => {
  it.for(nodeMajors)('hands out a Node %i', async (major) => {
    expect(versionOf(await nodeOfVersion(major))).toMatch(new RegExp(`^v${major}\\.`))
  })
})
