import { openDatabase, openEnvironment } from './lmdb-database.js'
import { LmdbStore } from './lmdb-store.js'

/** @type {import('lmdb').RootDatabase[]} */
const environments = []

/**
 * @param {string} namespace
 * @param {string} path
 */
export function openStore(namespace, path) {
  const environment = openEnvironment(path)
  environments.push(environment)
  return new LmdbStore(openDatabase(environment, namespace))
}

export async function closeClient() {
  await Promise.all(environments.splice(0).map((environment) => environment.close()))
}
