/** What can happen to Redis: it is emptied, loses a key, is full, refuses the token, does not answer. */

import type { ChaosWorld, Fault } from './chaos-world.ts'
import { countDone, pause, until } from './chaos-world.ts'

const PARTS = ['head', 'base', 'records', 'view']
/** How long a fault lasts at least, and at most if nobody notices it. */
const LASTS_MS = 1_500
const LASTS_MAX_MS = 60_000
/** The functions wait five seconds for an answer. */
const SILENT_MS = 6_000

/** A fault that lasts until a function has noticed it. */
async function noticed(world: ChaosWorld, { seen }: Pick<Fault, 'seen'>): Promise<string> {
  const before = seen(world)
  const startMs = Date.now()
  await until(() => seen(world) > before, LASTS_MS, LASTS_MAX_MS)
  return `${Date.now() - startMs} ms`
}

/** Nothing can be lost before there is something. */
const filled = ({ redis }: ChaosWorld) => until(async () => (await redis.dbsize()) > 0, 0, LASTS_MAX_MS)

const emptied: Fault = {
  name: 'Redis emptied',
  effect: 'books rebuilt',
  seen: ({ metrics }) => metrics.sum('recoveries'),
  cause: async (world) => {
    await filled(world)
    const keys = await world.redis.dbsize()
    await world.redis.flushall()
    return `${keys} keys`
  },
}

const lostKey: Fault = {
  name: 'one key lost',
  effect: 'lost keys',
  seen: ({ done }) => done.get('lost keys') ?? 0,
  cause: async (world) => {
    const { redis, random } = world
    await filled(world)
    const part = random.pick(PARTS)
    const keys = (await redis.keys('*')).sort()
    const fitting = keys.filter((key) => key.split(':')[1] === part)
    const key = random.pick(fitting.length > 0 ? fitting : keys)
    if (key === undefined || (await redis.del(key)) === 0) return 'none'
    countDone(world, 'lost keys')
    return key
  },
}

const full: Fault = {
  name: 'Redis full',
  effect: 'commits refused as cache_full',
  seen: ({ metrics }) => metrics.sum('cacheFull'),
  cause: async (world) => {
    await world.redis.config('SET', 'maxmemory', 1)
    const lasted = await noticed(world, full)
    await world.redis.config('SET', 'maxmemory', 0)
    return lasted
  },
}

const wrongToken: Fault = {
  name: 'wrong token',
  effect: 'calls refused as cache_token_refused',
  seen: ({ metrics }) => metrics.faults('cache_token_refused'),
  cause: async (world) => {
    const { redis } = world
    await redis.config('SET', 'requirepass', 'another')
    await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    const lasted = await noticed(world, wrongToken)
    await redis.config('SET', 'requirepass', String(redis.options.password))
    return lasted
  },
}

const silent: Fault = {
  name: 'Redis silent',
  effect: 'calls without an answer in time',
  seen: ({ metrics }) => metrics.sum('cacheUnreachable'),
  cause: async ({ redis }) => {
    await redis.call('CLIENT', 'PAUSE', String(SILENT_MS))
    await pause(SILENT_MS)
    return `${SILENT_MS} ms`
  },
}

export const REDIS_FAULTS: readonly Fault[] = [emptied, lostKey, full, wrongToken, silent]

/** Ends what a fault may have left when a run was interrupted. */
export async function mendRedis({ redis }: ChaosWorld): Promise<void> {
  await redis.config('SET', 'maxmemory', 0)
  await redis.config('SET', 'requirepass', String(redis.options.password))
}
