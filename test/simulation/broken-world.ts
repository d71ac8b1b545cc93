/** A shard of which one symbol cannot go on, until it is mended and an operator resumes it. */

import { BrokenInvariant } from '../../src/protocol/assert.ts'
import { ShardWorld } from './shard-world.ts'

/** A publisher that fails for BTCUSD, as a broken invariant would, until it is mended. */
export function brokenWorld() {
  const world = new ShardWorld()
  const broken = { is: true }
  const publisher = {
    ...world.publisher,
    publish: async (publication: Parameters<typeof world.publisher.publish>[0]) => {
      if (broken.is && publication.symbol === 'BTCUSD') throw new BrokenInvariant('sums differ')
      return world.publisher.publish(publication)
    },
  }
  return { world, broken, start: () => world.startFull({ publisher }) }
}

/** What the operator's command does. */
export function resume(world: ShardWorld, symbol = 'BTCUSD') {
  const state = world.published.states.get(symbol)
  if (state !== undefined) world.published.states.set(symbol, { ...state, kind: 'recovering' })
}
