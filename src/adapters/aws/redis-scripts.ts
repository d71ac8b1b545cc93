/**
 * The two writes of the book cache, as scripts that Redis runs whole or not at all. Every key is
 * declared and carries the symbol as hash tag, so they run in cluster mode; neither loops, and neither
 * sees an order: a commit is one append of at most about a megabyte, whatever the book holds.
 * Positions are compared as text: 56 digits are too many for a number in Lua, which would take
 * neighbours for equal.
 */

/**
 * KEYS: head, records, view. ARGV: from position, from version, position, version, format, records,
 * view. From position and version are empty where the cache must be.
 */
export const COMMIT = `
local head = redis.call('HMGET', KEYS[1], 'position', 'version')
if (head[1] or '') ~= ARGV[1] or (head[2] or '') ~= ARGV[2] then return 0 end
local chunks = redis.call('RPUSH', KEYS[2], ARGV[6])
redis.call('HSET', KEYS[1], 'position', ARGV[3], 'version', ARGV[4], 'format', ARGV[5], 'chunks', chunks)
redis.call('SET', KEYS[3], ARGV[7])
return 1`

/**
 * The base has been staged under a key that expires; this makes it stay, if it is whole, and drops
 * what it replaces. KEYS: head, view, base, old base, old records. ARGV: from position, from version,
 * position, version, format, pieces of the base, view.
 */
export const REBASE = `
local head = redis.call('HMGET', KEYS[1], 'position', 'version')
if (head[1] or '') ~= ARGV[1] or (head[2] or '') ~= ARGV[2] then return 0 end
if redis.call('LLEN', KEYS[3]) ~= tonumber(ARGV[6]) then return 0 end
redis.call('PERSIST', KEYS[3])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'position', ARGV[3], 'version', ARGV[4], 'format', ARGV[5], 'base', ARGV[3],
  'pieces', ARGV[6], 'chunks', 0)
redis.call('SET', KEYS[2], ARGV[7])
redis.call('UNLINK', KEYS[4], KEYS[5])
return 1`
