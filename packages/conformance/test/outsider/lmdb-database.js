import { open } from 'lmdb'

/**
 * Opens an LMDB environment: a file that has a database for each namespace.
 *
 * @param {string} path
 */
export function openEnvironment(path) {
  return open({ path, noSubdir: true, maxDbs: 100 })
}

/**
 * @param {import('lmdb').RootDatabase} environment
 * @param {string} namespace
 */
export function openDatabase(environment, namespace) {
  return environment.openDB(encodeURIComponent(namespace), {})
}
