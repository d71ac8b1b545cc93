/**
 * The two writes of the book cache, as scripts that Redis runs atomically. Every key is declared and has the
 * symbol as hash tag, so the scripts work in cluster mode. Neither script loops or reads an order: a commit is
 * one append of at most about a megabyte, for a book of any size. Positions are compared as text, because
 * numbers in Lua cannot tell neighbors of 56 digits apart.
 */

/**
 * KEYS: head, records, view. ARGV: from position, from version, position, version, format, records,
 * view. From position and version are empty if the cache must be empty.
 */
export const COMMIT = `
local head = redis.call('HMGET', KEYS[1], 'position', 'version')
if (head[1] or '') ~= ARGV[1] or (head[2] or '') ~= ARGV[2] then return 0 end
local chunks = redis.call('RPUSH', KEYS[2], ARGV[6])
redis.call('HSET', KEYS[1], 'position', ARGV[3], 'version', ARGV[4], 'format', ARGV[5], 'chunks', chunks)
redis.call('SET', KEYS[3], ARGV[7])
return 1`

/**
 * The base was staged under a key that expires. This script puts it in place if it is complete, and deletes
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
