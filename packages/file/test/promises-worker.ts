import { FileStore } from '../src/index.ts'

export function openStore(namespace: string, directory: string): FileStore {
  return new FileStore(`${directory}/${namespace}`)
}
