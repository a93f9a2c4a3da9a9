/*
 * Each script works on one key alone, so that it runs on a Cluster, and is sent whole: it is short, and
 * a server that lost its scripts needs no second call.
 */

/** ARGV: expected version, record, ttl. Answers 1, or 0 where no record has that version. */
export const updateScript = `
if redis.call('GETRANGE', KEYS[1], 0, 21) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`

/**
 * Adds a session to those of a user, and forgets the ones that are over for an hour. An hour, because
 * the list is written before the session, whose own deadline is a moment later. ARGV: key, ttl.
 *
 * A list without a deadline would stay for ever. A client whom the server does not allow EXPIRE finds
 * out after the first write, which is then taken back.
 */
export const listScript = `
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], 'GT', now + ARGV[2] + 3600, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local highest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
local reply = redis.pcall('EXPIRE', KEYS[1], highest - now)
if reply ~= 1 then redis.call('ZREM', KEYS[1], ARGV[1]) return reply end
return 1`

/** Answers the keys of a user's sessions. */
export const listedScript = `
return redis.call('ZRANGE', KEYS[1], '(' .. redis.call('TIME')[1], '+inf', 'BYSCORE')`
