import { readManifest } from './project-packages.ts'

/** The links of a published package to its sources, its page and its issues. */
export interface PackageLinks {
  readonly homepage: string
  readonly bugs: { readonly url: string }
  readonly repository: { readonly type: 'git'; readonly url: string; readonly directory: string }
}

/** The links of the package in a directory, all made from `repository` of the root's `package.json`. */
export function packageLinks(directory: string): PackageLinks {
  const { repository } = readManifest()
  return {
    homepage: `${repository}/tree/main/${directory}#readme`,
    bugs: { url: `${repository}/issues` },
    repository: { type: 'git', url: `git+${repository}.git`, directory },
  }
}
