/**
 * A matcher process that a test may kill at any moment: the production matcher on a real Redis. A second Redis
 * replaces the durable services: it has the records, the marks and the mapping's checkpoint. The process reads
 * batches from a file until all are done. After a new start it continues at the checkpoint.
 */

import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { RedisBookCache } from '../../dist/adapters/aws/redis-book-cache.js'
import { tradesIn } from '../../dist/protocol/trade-record.js'
import { createShardMatcher } from '../../dist/shard/shard-matcher.js'

const [cacheSocket, lastingSocket, file] = process.argv.slice(2)
const { records: rows } = JSON.parse(readFileSync(file, 'utf8'))
const records = rows.map((row) => ({ ...row, bytes: Buffer.from(row.bytes, 'base64') }))
const cache = new Redis(cacheSocket)
const lasting = new Redis(lastingSocket)
const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 6))

/** Sets a value unless the number stored beside it is as high. KEYS: values, numbers. ARGV: key, number, value. */
const SET_NEWER = `
if (redis.call('HGET', KEYS[2], ARGV[1]) or '') >= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])`
const setNewer = (what, key, number, value) =>
  lasting.eval(SET_NEWER, 2, what, `${what}:numbers`, key, number, JSON.stringify(value))
const parsed = async (what, key) => JSON.parse((await lasting.hget(what, key)) ?? 'null') ?? undefined

const matcher = createShardMatcher({
  cache: new RedisBookCache(cache),
  publisher: {
    mark: (symbol) => parsed('marks', symbol),
    entered: (account, orderId) => parsed('orders', `${account}/${orderId}`),
    async publish({ symbol, orders, events, mark }) {
      const trades = events === undefined ? [] : tradesIn(events).map(({ trade }) => trade)
      // Between commit and publication.
      await pause()
      for (const trade of trades) await lasting.hset('trades', `${symbol}-${trade.tradeNumber}`, JSON.stringify(trade))
      for (const order of orders) {
        const number = String(order.lastEvent).padStart(16, '0')
        await setNewer('orders', `${order.account}/${order.orderId}`, number, order)
      }
      if (trades.length > 0) await lasting.rpush(`stream:${symbol}`, JSON.stringify(trades))
      await pause()
      await setNewer('marks', symbol, mark.position, mark)
    },
  },
  snapshots: () => ({ save: async () => {}, latest: async () => undefined }),
  stream: {
    async *read(symbols, after, upTo) {
      const wanted = records.filter((r) => symbols.includes(r.symbol) && r.position > after && r.position <= upTo)
      yield { records: wanted, symbols, through: upTo }
    },
  },
  deadLetters: {
    keep: async (letters) => {
      for (const { position, index } of letters) await lasting.sadd('letters', `${position}#${index}`)
    },
  },
})

for (;;) {
  const from = Number((await lasting.get('checkpoint')) ?? 0)
  if (from >= records.length) break
  const batch = records.slice(from, from + 4)
  const { firstFailure } = await matcher.processBatch(batch)
  const failed = batch.findIndex((record) => record.position === firstFailure)
  await lasting.set('checkpoint', from + (failed < 0 ? batch.length : failed))
}
process.exit(0)
