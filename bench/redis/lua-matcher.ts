/**
 * The simple design, for comparison: the book is in Redis, and a script matches each order there. Levels are sorted sets
 * of prices, a level is a list of order ids, an order is a hash. A pipeline has five hundred orders, and four pipelines
 * are in flight.
 */

import type { Redis } from 'ioredis'
import type { Command } from '../../src/protocol/command/commands.ts'

const SCRIPT = `
local bids, asks, id, kind = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local orders, levels = KEYS[3], KEYS[4]
if kind == 'C' then
  local order = redis.call('HMGET', orders .. id, 'side', 'price')
  if not order[1] then return 0 end
  local own = order[1] == 'B' and bids or asks
  local level = levels .. order[1] .. order[2]
  redis.call('LREM', level, 1, id)
  redis.call('DEL', orders .. id)
  if redis.call('EXISTS', level) == 0 then redis.call('ZREM', own, order[2]) end
  return 1
end
local side, price, left = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local makers, makerSide = asks, 'S'
if side == 'S' then makers, makerSide = bids, 'B' end
local trades = {}
while left > 0 do
  local best
  if side == 'B' then best = redis.call('ZRANGE', makers, 0, 0)[1] else best = redis.call('ZREVRANGE', makers, 0, 0)[1] end
  if not best then break end
  local at = tonumber(best)
  if kind ~= 'M' and ((side == 'B' and at > price) or (side == 'S' and at < price)) then break end
  local level = levels .. makerSide .. best
  while left > 0 do
    local maker = redis.call('LINDEX', level, 0)
    if not maker then break end
    local open = tonumber(redis.call('HGET', orders .. maker, 'left'))
    local filled = math.min(open, left)
    left = left - filled
    trades[#trades + 1] = maker
    if filled == open then
      redis.call('LPOP', level)
      redis.call('DEL', orders .. maker)
    else
      redis.call('HSET', orders .. maker, 'left', open - filled)
    end
  end
  if redis.call('EXISTS', level) == 0 then redis.call('ZREM', makers, best) end
end
if left > 0 and kind == 'L' then
  redis.call('HSET', orders .. id, 'side', side, 'price', ARGV[4], 'left', left)
  redis.call('RPUSH', levels .. side .. ARGV[4], id)
  redis.call('ZADD', side == 'B' and bids or asks, price, ARGV[4])
end
return #trades`

const PIPELINE = 500
const IN_FLIGHT = 4

export class LuaMatcher {
  private readonly redis: Redis
  private digest = ''

  constructor(redis: Redis) {
    this.redis = redis
  }

  async prepare(): Promise<void> {
    this.digest = (await this.redis.script('LOAD', SCRIPT)) as string
  }

  /** Matches commands in order. Resolves when all are matched. */
  async run(commands: readonly Command[]): Promise<void> {
    const underWay: Promise<unknown>[] = []
    for (let i = 0; i < commands.length; i += PIPELINE) {
      if (underWay.length === IN_FLIGHT) await underWay.shift()
      const pipeline = this.redis.pipeline()
      for (const command of commands.slice(i, i + PIPELINE)) this.add(pipeline, command)
      underWay.push(pipeline.exec())
    }
    await Promise.all(underWay)
  }

  private add(pipeline: ReturnType<Redis['pipeline']>, command: Command): void {
    const tag = `{lua:${command.symbol}}`
    const keys = [`${tag}:bids`, `${tag}:asks`, `${tag}:order:`, `${tag}:level:`]
    if (command.kind === 'CancelOrder') {
      pipeline.evalsha(this.digest, 4, ...keys, `${command.account}/${command.orderId}`, 'C')
    } else if (command.kind === 'PlaceOrder') {
      const kind = command.type === 'MARKET' ? 'M' : 'L'
      const side = command.side === 'BUY' ? 'B' : 'S'
      const name = `${command.account}/${command.orderId}`
      pipeline.evalsha(this.digest, 4, ...keys, name, kind, side, command.price ?? 0, command.quantity)
    }
  }
}
