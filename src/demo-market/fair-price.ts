/**
 * The price around which the makers of one instrument quote, in ticks with a fraction. It is the sum of a slow drift
 * of 1 to 2 % an hour, which returns to the start over hours, and a fast part, which returns within minutes. Now and then a burst of
 * some seconds moves it. This is a model: orders have whole ticks, and nothing else reads the fraction.
 */

import type { Random } from './random.ts'

const HOUR_SECONDS = 3_600
/** Standard deviation of the drift, as a part of the price an hour, and how long it keeps its direction: 1.4 % an hour. */
const DRIFT_AN_HOUR = 0.025
const DRIFT_SECONDS = 600
/** Time in which the slow part returns to the start. */
const RETURN_SECONDS = 4 * HOUR_SECONDS
/** Standard deviation of the fast part, 2 basis points, and the time in which it returns. */
const FAST = 0.000_2
const FAST_SECONDS = 120
/** Mean time between two bursts, their length, and by how much they move the price. */
const BURST_EVERY_SECONDS = 75
const BURST_SECONDS = [1.5, 5] as const
const BURST_MOVE = [0.000_15, 0.000_5] as const
/** The part of a burst that stays. The rest belongs to the fast part, and returns. */
const BURST_STAYS = 0.5
/** A step of the model: with longer ones it would be unstable. */
const STEP_SECONDS_MAX = 5
/** The smallest price, as a part of the price at the start. */
const LEAST = 0.5

export interface Burst {
  readonly side: 'BUY' | 'SELL'
  leftSeconds: number
  /** The relative move in a second. */
  readonly moveASecond: number
}

export class FairPrice {
  private readonly startTicks: number
  private readonly volatility: number
  private readonly random: Random
  /** Relative to the start: the slow part, its change in a second, and the fast part. */
  private slow = 0
  private drift: number
  private fast = 0
  /** Present during a burst. */
  burst: Burst | undefined

  /** `volatility`: 1 moves like the constants above. */
  constructor(startTicks: number, volatility: number, random: Random) {
    this.startTicks = startTicks
    this.volatility = volatility
    this.random = random
    this.drift = (random.normal() * DRIFT_AN_HOUR) / HOUR_SECONDS
  }

  get ticks(): number {
    return this.startTicks * Math.max(LEAST, 1 + this.slow + this.fast)
  }

  /** Moves the price by a time. */
  advance(seconds: number): void {
    for (let left = seconds; left > 0; left -= STEP_SECONDS_MAX) this.step(Math.min(left, STEP_SECONDS_MAX))
  }

  private step(seconds: number): void {
    const { random, volatility } = this
    const driftKeeps = seconds / DRIFT_SECONDS
    const driftNoise = (DRIFT_AN_HOUR / HOUR_SECONDS) * Math.sqrt(2 * driftKeeps)
    this.drift += -this.drift * driftKeeps + driftNoise * random.normal()
    this.slow += (this.drift * volatility - this.slow / RETURN_SECONDS) * seconds
    const fastKeeps = seconds / FAST_SECONDS
    this.fast += -this.fast * fastKeeps + FAST * volatility * Math.sqrt(2 * fastKeeps) * random.normal()
    if (this.burst === undefined) {
      if (random.chance(seconds / BURST_EVERY_SECONDS)) this.burst = this.newBurst()
    } else this.continueBurst(this.burst, seconds)
  }

  private newBurst(): Burst {
    const { random, volatility } = this
    const side = random.chance(0.5) ? 'BUY' : 'SELL'
    const leftSeconds = random.between(...BURST_SECONDS)
    const move = random.between(...BURST_MOVE) * volatility * (side === 'BUY' ? 1 : -1)
    return { side, leftSeconds, moveASecond: move / leftSeconds }
  }

  private continueBurst(burst: Burst, seconds: number): void {
    const lasts = Math.min(seconds, burst.leftSeconds)
    this.slow += burst.moveASecond * lasts * BURST_STAYS
    this.fast += burst.moveASecond * lasts * (1 - BURST_STAYS)
    burst.leftSeconds -= seconds
    if (burst.leftSeconds <= 0) this.burst = undefined
  }
}
