/**
 * The request bodies that only this dialect has, as zod schemas: those of operators. They validate the shape of a
 * request and make its part of the OpenAPI document. Those of orders are in api/order-requests.ts. Order entry
 * checks all other rules.
 */

import * as z from 'zod'
import { decimalInput } from '../api/order-field-schemas.ts'
import { PHASES } from '../protocol/command/trading-phases.ts'
import {
  ASSET_PATTERN,
  DEMO_RATE_MAX,
  DEMO_SEED_MAX,
  OPERATOR_REASON_PATTERN,
  SYMBOL_PATTERN,
} from '../protocol/limits.ts'

/** The operator's reason, in the body or in the query. */
export const reasonText = z
  .string()
  .regex(OPERATOR_REASON_PATTERN)
  .describe('The operator’s reason, as free text. The events repeat it.')

const asset = z.string().regex(ASSET_PATTERN)
const base = asset.describe('The asset that is bought and sold, such as BTC.')
const quote = asset.describe('The asset in which prices are quoted, such as USD.')
const minQuantity = decimalInput('The smallest quantity of an order.', '0.001')
const maxQuantity = decimalInput('The largest quantity of an order.', '500')
const fixed = z.unknown().optional().describe('Cannot be changed; rejected with tick_and_lot_fixed.')

export const defineInstrumentBody = z
  .strictObject({
    symbol: z.string().regex(SYMBOL_PATTERN).describe('The symbol that orders refer to.'),
    base,
    quote,
    tickSize: decimalInput('The price step. It never changes.', '0.01'),
    lotSize: decimalInput('The quantity step. It never changes.', '0.001'),
    minQuantity: minQuantity.optional(),
    maxQuantity: maxQuantity.optional(),
    reason: reasonText.optional(),
  })
  .meta({
    id: 'DefineInstrumentRequest',
    description:
      'Defines a new instrument. A closed instrument is reopened if its tick and lot are the same as before.',
    examples: [
      { symbol: 'SOLUSD', base: 'SOL', quote: 'USD', tickSize: '0.01', lotSize: '0.001', reason: 'listed in week 48' },
    ],
  })

export const instrumentPatchBody = z
  .strictObject({
    phase: z.enum(PHASES).optional(),
    priceBand: z
      .strictObject({
        low: decimalInput('Lowest price.', '40000.00').optional(),
        high: decimalInput('Highest price.', '60000.00').optional(),
      })
      .nullable()
      .optional()
      .describe('The whole band. An absent bound is removed; null removes both.'),
    base: base.optional(),
    quote: quote.optional(),
    minQuantity: minQuantity.nullable().optional().describe('null removes the bound. Open orders do not change.'),
    maxQuantity: maxQuantity.nullable().optional().describe('null removes the bound. Open orders do not change.'),
    tickSize: fixed,
    lotSize: fixed,
    reason: reasonText.optional(),
  })
  .meta({
    id: 'InstrumentPatch',
    description: 'At least one field besides the reason is required.',
    examples: [
      { phase: 'HALTED', reason: 'news' },
      { priceBand: { low: '40000.00', high: '60000.00' } },
      { minQuantity: '0.001', maxQuantity: null },
    ],
  })

export const startDemoBody = z
  .strictObject({
    seed: z.int().min(0).max(DEMO_SEED_MAX).optional().describe('The same seed gives the same commands. Default 1.'),
    rate: z.int().min(1).max(DEMO_RATE_MAX).optional().describe('Commands a second. Default 50.'),
    anyway: z
      .boolean()
      .optional()
      .describe('Also start it in an exchange with orders in which no demo market ever ran.'),
  })
  .meta({ id: 'StartDemoMarketRequest', examples: [{}, { seed: 7, rate: 200 }] })

export const adoptRulesBody = z
  .strictObject({
    rules: z.int().min(1).describe('The version to adopt. It must be newer than the version in force.'),
    reason: reasonText.optional(),
  })
  .meta({ id: 'AdoptRulesRequest', examples: [{ rules: 2, reason: 'the old program is retired' }] })
