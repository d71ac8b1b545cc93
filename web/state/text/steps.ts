/**
 * Steps of a price or a quantity while it is typed: one tick or lot up or down, and the conversion between base and
 * quote. Text in, text out, with integers between: nothing here is a float. A conversion from quote rounds down to
 * the lot, so that an order never costs more than what was entered.
 */

import { isDecimal } from '../../../src/marketdata/decimal-order.ts'
import { formatBigSteps, formatSteps, formatStepsShort, type Step } from '../../../src/protocol/units.ts'

/** One step up or down; ten with Shift. */
export const STEPS_WITH_SHIFT = 10

/** The steps of an instrument. */
export interface Steps {
  readonly tick: Step
  readonly lot: Step
}

/** A figure with two decimals, such as a percentage. */
export const HUNDREDTH: Step = { decimals: 2, multiple: 1 }

/** A number of whole steps, and whether the text has a part of a step more. */
interface Floor {
  readonly steps: bigint
  readonly excess: boolean
}

/** Whole steps in decimal text, rounded down. undefined: not a plain decimal. */
export function floorSteps(text: string, { decimals, multiple }: Step): Floor | undefined {
  if (!isDecimal(text)) return undefined
  const [whole, part = ''] = text.split('.')
  const kept = part.slice(0, decimals).padEnd(decimals, '0')
  const units = BigInt(whole + kept)
  const steps = units / BigInt(multiple)
  return { steps, excess: units % BigInt(multiple) !== 0n || /[1-9]/.test(part.slice(decimals)) }
}

/**
 * The text after `by` steps up (or down, if negative), between one step and `max` steps. Text between two steps goes
 * to the next one first, so that the result is always on a step. Text that is no decimal becomes `start`.
 */
export function nudge(text: string, by: number, step: Step, max: number, start: string): string {
  const floor = floorSteps(text, step)
  if (floor === undefined) return start
  const from = floor.excess && by < 0 ? floor.steps + 1n : floor.steps
  const count = Number(clamp(from + BigInt(by), 1n, BigInt(max)))
  return count === 0 ? start : formatSteps(count, step)
}

/** The same with no zeros at the end, as quantities are written. */
export function nudgeShort(text: string, by: number, step: Step, max: number, start: string): string {
  const next = floorSteps(nudge(text, by, step, max, start), step)
  return next === undefined ? start : formatStepsShort(Number(next.steps), step)
}

const clamp = (value: bigint, low: bigint, high: bigint): bigint => (value < low ? low : value > high ? high : value)

/** The size of one tick × lot, in which sums of price × quantity are counted. */
export const productStep = (tick: Step, lot: Step): Step => ({
  decimals: tick.decimals + lot.decimals,
  multiple: tick.multiple * lot.multiple,
})

/** Exact text of a sum of price × quantity, counted in ticks × lots. */
export const valueText = (value: bigint, tick: Step, lot: Step): string => formatBigSteps(value, productStep(tick, lot))

/** An amount of the quote currency in ticks × lots, rounded down. undefined: not a plain decimal. */
export const valueIn = (quote: string, tick: Step, lot: Step): bigint | undefined =>
  floorSteps(quote, productStep(tick, lot))?.steps

/** The most lots whose value at a price is not above `value`. */
export const lotsAtPrice = (value: bigint, priceTicks: number): bigint => value / BigInt(priceTicks)

/** Decimal text with at most `decimals` decimals, rounded half up. */
export function roundedText(text: string, decimals: number): string {
  const [whole, part = ''] = text.split('.')
  if (part.length <= decimals) return text
  const kept = BigInt(whole + part.slice(0, decimals)) + (part.charAt(decimals) >= '5' ? 1n : 0n)
  const digits = String(kept).padStart(decimals + 1, '0')
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** The exact sum of decimal texts, with no zeros at the end. */
export function sumOf(texts: readonly string[]): string {
  const decimals = Math.max(0, ...texts.map((text) => text.split('.')[1]?.length ?? 0))
  const unit: Step = { decimals, multiple: 1 }
  return formatBigSteps(
    texts.reduce((sum, text) => sum + (floorSteps(text, unit)?.steps ?? 0n), 0n),
    unit,
  )
}

/** The middle between two prices, on the tick that is better for an order of this side: a buy rounds down. */
export function midPrice(bid: string, ask: string, tick: Step, side: 'BUY' | 'SELL'): string {
  const sum = (floorSteps(bid, tick)?.steps ?? 0n) + (floorSteps(ask, tick)?.steps ?? 0n)
  return formatSteps(Number(side === 'BUY' ? sum / 2n : (sum + 1n) / 2n), tick)
}
