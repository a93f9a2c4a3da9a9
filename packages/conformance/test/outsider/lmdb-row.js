import { asBinary } from 'lmdb'

/**
 * What the store keeps of a session.
 * @typedef {object} Row
 * @property {string} version
 * @property {string} payload
 * @property {number} deadline in milliseconds; the session is over from this time on
 * @property {string} [userKey]
 */

/**
 * Always writes JSON, and does not use the encoding of the database. The decoders of lmdb throw for
 * foreign bytes, and such an error looks like a failure of the database.
 *
 * @param {Row} row
 */
export function encodeRow({ version, payload, deadline, userKey }) {
  return asBinary(Buffer.from(JSON.stringify({ version, payload, deadline, userKey })))
}

/**
 * @param {Buffer | undefined} bytes
 * @returns {Row | undefined} undefined where the bytes are no row of this store
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
