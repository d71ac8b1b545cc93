/** Random numbers from a seed, the same on every machine: xoshiro128**. */

export interface Random {
  /** An integer from 0 to below `bound`. */
  below(bound: number): number
  /** A number from 0 to below 1. */
  unit(): number
  /** Normally distributed, mean 0 and deviation 1. */
  normal(): number
}

export function randomFrom(seed: number): Random {
  let a = seed | 0
  let b = Math.imul(seed, 0x9e3779b1) ^ 0x243f6a88
  let c = Math.imul(seed, 0x85ebca6b) ^ 0x13198a2e
  let d = 0x03707344
  const next = (): number => {
    const scrambled = Math.imul(b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result >>> 0
  }
  for (let i = 0; i < 20; i++) next()
  const unit = (): number => next() / 2 ** 32
  return {
    below: (bound) => next() % bound,
    unit,
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
  }
}
