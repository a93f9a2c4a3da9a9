import { describe, expect, it } from 'vitest'
import { packageLinks } from '../src/package-links.ts'
import { projectPackages } from '../src/project-packages.ts'

describe('The links in package.json', () => {
  const published = projectPackages().filter(({ manifest }) => !manifest.private)

  it.for(published)('of $directory are those that `pnpm write-links` writes', (one) => {
    expect(one.manifest).toMatchObject(packageLinks(one.directory))
  })
})
