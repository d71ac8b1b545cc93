/**
 * The writes of the book cache, as scripts that Redis runs atomically. Every key is declared and has the symbol as
 * hash tag, so the scripts work in cluster mode. No script reads an order: a commit is one append of at most about a
 * megabyte, for a book of any size. Positions are compared as text, because numbers in Lua cannot tell
 * neighbors of 56 digits apart.
 *
 * The first write of a script is the one that a full Redis refuses, or one that frees memory: after the first write
 * Redis refuses no other of the same script. So each script is done completely or not at all.
 */

/**
 * Returns the number of commits since the base; 0: refused, because the version is another one or a part of the book
 * is gone. KEYS: head, records, view, base. ARGV: from position, from version, position, version, format, records,
 * view. From position and version are empty if the cache must be empty.
 */
export const COMMIT = `
local head = redis.call('HMGET', KEYS[1], 'position', 'version', 'chunks', 'pieces')
if (head[1] or '') ~= ARGV[1] or (head[2] or '') ~= ARGV[2] then return 0 end
if redis.call('LLEN', KEYS[2]) ~= tonumber(head[3] or 0) then return 0 end
if redis.call('LLEN', KEYS[4]) ~= tonumber(head[4] or 0) then return 0 end
local chunks = redis.call('RPUSH', KEYS[2], ARGV[6])
if not head[1] then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], 'position', ARGV[3], 'version', ARGV[4], 'format', ARGV[5], 'chunks', chunks)
redis.call('SET', KEYS[3], ARGV[7])
return chunks`

/**
 * Deletes a book, so that there is room for its new base. A list is emptied before it is deleted, because some servers
 * free the memory of a deleted one later. The head names the version that replaces it. Without a
 * position such a head counts as an empty cache. KEYS: head, everything else of the book except its view. ARGV:
 * from position, from version, version.
 */
export const REPLACE = `
local head = redis.call('HMGET', KEYS[1], 'position', 'version')
if (head[1] or '') ~= ARGV[1] or (head[2] or '') ~= ARGV[2] then return 0 end
for i = 2, #KEYS do redis.call('LTRIM', KEYS[i], 1, 0) end
redis.call('DEL', unpack(KEYS))
redis.call('HSET', KEYS[1], 'replacing', ARGV[3])
return 1`

/**
 * Puts a new base in place, if it is complete and nobody else has begun to replace the book. KEYS: head, view, base.
 * ARGV: version, position, format, pieces of the base, view.
 */
export const PLACE = `
if redis.call('HGET', KEYS[1], 'replacing') ~= ARGV[1] then return 0 end
if redis.call('LLEN', KEYS[3]) ~= tonumber(ARGV[4]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('PERSIST', KEYS[3])
redis.call('HSET', KEYS[1], 'position', ARGV[2], 'version', ARGV[1], 'format', ARGV[3], 'base', ARGV[2],
  'pieces', ARGV[4], 'chunks', 0)
redis.call('SET', KEYS[2], ARGV[5])
return 1`
