import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageLinks } from './package-links.ts'
import { projectPackages, projectRoot } from './project-packages.ts'

for (const { directory, manifest } of projectPackages()) {
  if (manifest.private) continue
  const linked = { ...manifest, ...packageLinks(directory) }
  writeFileSync(
    join(projectRoot, directory, 'package.json'),
    `${JSON.stringify(linked, null, 2)}\n`,
  )
}
