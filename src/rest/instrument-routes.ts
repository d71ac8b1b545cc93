/** The routes of instruments: what is traded, in which steps and bounds, and the operator's control. */

import { type DecimalInput, priceOf } from '../entry/decimals.ts'
import { submitCommands } from '../entry/submit-commands.ts'
import { formatTimestamp } from '../entry/timestamps.ts'
import { withoutMark } from '../http/exact-json.ts'
import { readJsonBody } from '../http/request-body.ts'
import type { Command } from '../protocol/commands.ts'
import { type Instrument, instrumentText } from '../protocol/instrument.ts'
import { ORDER_BODY_BYTES_MAX, PRICE_TICKS_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { formatSteps, formatStepsShort, type Ticks } from '../protocol/units.ts'
import { instrumentChangeSchema, instrumentSchema, instrumentsSchema } from './answer-schemas.ts'
import type { ProblemCode } from './problems.ts'
import { instrumentPatchBody } from './request-schemas.ts'
import type { RestPorts } from './rest-ports.ts'
import type { Call, Route, RouteResult } from './route.ts'
import { shapeProblem } from './shape-problem.ts'
import { preferenceHeaders, submitOptions, waitedRejection } from './wait-preference.ts'

const NOTHING = 'Send a phase or a price band.'

export const instrumentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/instruments',
    name: 'listInstruments',
    summary: 'List what is traded',
    access: 'public',
    answers: { 200: { description: 'Every instrument.', schema: instrumentsSchema } },
    problems: [],
    handle: async ({ ports }) => ({
      status: 200,
      body: { instruments: await Promise.all([...ports.instruments.values()].map((each) => describe(ports, each))) },
    }),
  },
  {
    method: 'GET',
    path: '/instruments/{symbol}',
    name: 'getInstrument',
    summary: 'Read an instrument',
    access: 'public',
    answers: { 200: { description: 'The instrument.', schema: instrumentSchema } },
    problems: ['instrument_not_found'],
    handle: async (call) => {
      const instrument = pathInstrument(call)
      if (instrument instanceof Rejection) return instrument
      return { status: 200, body: await describe(call.ports, instrument) }
    },
  },
  {
    method: 'PATCH',
    path: '/instruments/{symbol}',
    name: 'changeInstrument',
    summary: 'Change the trading phase, set the price band',
    access: 'operator',
    body: { schema: instrumentPatchBody, bytesMax: ORDER_BODY_BYTES_MAX },
    waits: true,
    answers: {
      200: { description: 'It was waited for: the instrument as it now is.', schema: instrumentSchema },
      202: { description: 'The change is durable and will be applied.', schema: instrumentChangeSchema },
    },
    problems: [
      'instrument_not_found',
      'nothing_to_change',
      'price_not_a_decimal',
      'price_not_positive',
      'price_too_large',
      'price_not_on_tick',
      'band_low_above_high',
      'instrument_closed',
      'phase_unchanged',
    ],
    details: { nothing_to_change: NOTHING },
    handle: changeInstrument,
  },
]

/** The instrument in the path. Rejections: instrument_not_found. */
export function pathInstrument({ ports, http }: Call): Instrument | Rejection<ProblemCode> {
  return (
    ports.instruments.get(http.param('symbol')) ??
    new Rejection('instrument_not_found', 'No instrument has this symbol.')
  )
}

async function describe(ports: RestPorts, instrument: Instrument) {
  const { tick, lot, quantityMax } = instrument
  const { phase, bandLow, bandHigh } = await ports.bookReader.book(instrument.symbol, 0)
  const bound = (price: Ticks | null) => (price === null ? null : formatSteps(price, tick))
  return {
    ...instrumentText(instrument),
    priceMax: formatSteps(PRICE_TICKS_MAX, tick),
    quantityMax: formatStepsShort(quantityMax, lot),
    phase,
    priceBand: bandLow === null && bandHigh === null ? null : { low: bound(bandLow), high: bound(bandHigh) },
  }
}

async function changeInstrument(call: Call): Promise<RouteResult> {
  const instrument = pathInstrument(call)
  if (instrument instanceof Rejection) return instrument
  const body = await readJsonBody(call.http.request, ORDER_BODY_BYTES_MAX)
  if (body instanceof Rejection) return body
  const shape = instrumentPatchBody.safeParse(body)
  if (!shape.success) return shapeProblem(shape.error, body)
  const { phase, priceBand } = shape.data
  if (phase === undefined && priceBand === undefined) {
    return new Rejection('nothing_to_change', NOTHING)
  }
  const { symbol } = instrument
  const options = submitOptions(call.http)
  const { requestId } = options
  const { account: operator, keyName: operatorKey } = call.caller
  const base = { symbol, ...(requestId !== undefined && { requestId }), operator, operatorKey }
  const commands: Command[] = []
  // The band changes while nothing trades: after trading stops, and before it starts.
  if (phase !== undefined && phase !== 'CONTINUOUS') commands.push({ kind: 'ChangePhase', ...base, phase })
  if (priceBand !== undefined) {
    const band = bandOf(priceBand ?? {}, instrument)
    if (band instanceof Rejection) return band
    commands.push({ kind: 'SetPriceBand', ...base, ...band })
  }
  if (phase === 'CONTINUOUS') commands.push({ kind: 'ChangePhase', ...base, phase })
  const submitted = await submitCommands(call.ports, commands, options.waitMs)
  if (submitted instanceof Rejection) return waitedRejection(submitted, options)
  const headers = preferenceHeaders(options.waitMs)
  if (submitted.outcomes === undefined) {
    return { status: 202, body: { symbol, receivedAt: formatTimestamp(submitted.receivedAtMs) }, headers }
  }
  return { status: 200, body: await describe(call.ports, instrument), headers }
}

interface AskedBand {
  readonly low?: DecimalInput | undefined
  readonly high?: DecimalInput | undefined
}

function bandOf(asked: AskedBand, instrument: Instrument) {
  const low = asked.low === undefined ? undefined : priceOf(withoutMark(asked.low), instrument, 'priceBand.low')
  if (low instanceof Rejection) return low
  const high = asked.high === undefined ? undefined : priceOf(withoutMark(asked.high), instrument, 'priceBand.high')
  if (high instanceof Rejection) return high
  if (low !== undefined && high !== undefined && low > high) {
    return new Rejection('band_low_above_high', 'low is above high.', 'priceBand')
  }
  return { ...(low !== undefined && { low }), ...(high !== undefined && { high }) }
}
