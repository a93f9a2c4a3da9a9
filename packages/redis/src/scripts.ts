/*
 * Each script uses a single key, so that it also runs on a Cluster. Each call sends the whole script (EVAL,
 * not EVALSHA): it is short, and no call fails because the server has forgotten its scripts.
 */

/** ARGV: expected version, new record, ttl. Answers 1, or 0 where no record has that version. */
export const updateScript = `
if redis.call('GETRANGE', KEYS[1], 0, 21) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`

/**
 * Adds a session to the list of its user, and removes the sessions that have been over for an hour. The
 * hour is needed because the list is written before the session, so the session ends a moment later than
 * the list assumes. ARGV: key, ttl.
 *
 * The list gets a ttl, or it would stay for ever. Where the server's ACL does not allow EXPIRE, the script
 * takes its ZADD back and answers the error.
 */
export const listScript = `
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], 'GT', now + ARGV[2] + 3600, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local highest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
local reply = redis.pcall('EXPIRE', KEYS[1], highest - now)
if reply ~= 1 then redis.call('ZREM', KEYS[1], ARGV[1]) return reply end
return 1`

/** Answers the keys of a user's sessions. Some of these sessions may be deleted, or over for up to an hour. */
export const listedScript = `
return redis.call('ZRANGE', KEYS[1], '(' .. redis.call('TIME')[1], '+inf', 'BYSCORE')`
