import { asBinary } from 'lmdb'

/**
 * What is kept of a session.
 * @typedef {object} Row
 * @property {string} version
 * @property {string} payload
 * @property {number} deadline milliseconds; over as soon as the clock shows it
 * @property {string} [userKey]
 */

/**
 * Written as JSON whatever the encoding of the database is: the decoders of lmdb throw for bytes
 * of others, and then nothing tells a foreign record from a database that fails.
 *
 * @param {Row} row
 */
export function encodeRow({ version, payload, deadline, userKey }) {
  return asBinary(Buffer.from(JSON.stringify({ version, payload, deadline, userKey })))
}

/**
 * @param {Buffer | undefined} bytes
 * @returns {Row | undefined} nothing for what is no row of ours
 */
export function decodeRow(bytes) {
  const row = bytes && parse(bytes.toString())
  const isOurs =
    typeof row?.version === 'string' &&
    typeof row.payload === 'string' &&
    typeof row.deadline === 'number'
  return isOurs ? row : undefined
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
