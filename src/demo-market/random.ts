/**
 * Random numbers from a seed (sfc32 by Chris Doty-Humphrey). The same seed and name give the same numbers on every
 * machine: only integer operations, additions and multiplications are used.
 */

/** Rounds after which the state depends on every bit of the seed. */
const WARM_UP_ROUNDS = 15
/** Uniform numbers of which the sum is nearly normal. Their variance is 1/12 each. */
const UNIFORMS_OF_NORMAL = 6

export class Random {
  private a: number
  private b: number
  private c: number
  private counter = 1

  /** `name` separates the numbers of several users of one seed. */
  constructor(seed: number, name: string) {
    this.a = seed | 0
    this.b = Math.floor(seed / 2 ** 32) | 0
    this.c = hashOf(name)
    for (let i = 0; i < WARM_UP_ROUNDS; i++) this.next()
  }

  /** At least 0 and below 1. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next()
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Mean 0, variance 1, at most 4.3. */
  normal(): number {
    let sum = -UNIFORMS_OF_NORMAL / 2
    for (let i = 0; i < UNIFORMS_OF_NORMAL; i++) sum += this.next()
    return sum * Math.SQRT2
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
