/** The routes of instruments: callers list and read them, operators define, change and close them. */

import { shaped } from '../api/body-shape.ts'
import {
  type Controlled,
  changeInstrument,
  closeInstrument,
  defineInstrument,
  type OperatorOptions,
} from '../entry/control-instruments.ts'
import { type EntryRejection, PRICE_CODES, QUANTITY_CODES } from '../entry/entry-codes.ts'
import { formatTimestamp } from '../entry/timestamps.ts'
import { readJsonBody } from '../http/request-body.ts'
import type { ListedInstruments } from '../protocol/instrument/instrument-directory.ts'
import { ORDER_BODY_BYTES_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { instrumentChangeSchema, instrumentSchema, instrumentsSchema } from './answer-schemas.ts'
import { instrumentResource, pathInstrument } from './instrument-resource.ts'
import { reasonParameter } from './query-parameters.ts'
import { defineInstrumentBody, instrumentPatchBody } from './request-schemas.ts'
import type { Call, Route, RouteResult } from './route.ts'
import { preferenceHeaders, submitOptions, waitedRejection } from './wait-preference.ts'

const CHANGED = {
  description: 'The instrument after the change, if the request waited for it.',
  schema: instrumentSchema,
}
const DURABLE = { description: 'The command is durable and will be applied.', schema: instrumentChangeSchema }

export const instrumentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/instruments',
    name: 'listInstruments',
    summary: 'List instruments',
    access: 'public',
    answers: { 200: { description: 'Every instrument, closed ones included.', schema: instrumentsSchema } },
    problems: [],
    handle: ({ ports }) => ({ status: 200, body: listBody(ports.instruments), contentType: 'application/json' }),
  },
  {
    method: 'GET',
    path: '/instruments/{symbol}',
    name: 'getInstrument',
    summary: 'Read an instrument',
    access: 'public',
    answers: { 200: { description: 'The instrument.', schema: instrumentSchema } },
    problems: ['instrument_not_found'],
    handle: (call) => {
      const instrument = pathInstrument(call)
      return instrument instanceof Rejection ? instrument : { status: 200, body: instrumentResource(instrument) }
    },
  },
  {
    method: 'POST',
    path: '/instruments',
    name: 'defineInstrument',
    summary: 'Define an instrument, or reopen a closed one',
    access: 'operator',
    body: { schema: defineInstrumentBody, bytesMax: ORDER_BODY_BYTES_MAX },
    waits: true,
    answers: {
      201: {
        description: 'The instrument, if the request waited for it.',
        schema: instrumentSchema,
        headers: ['Location'],
      },
      202: { ...DURABLE, headers: ['Location'] },
    },
    problems: [
      'min_quantity_above_max',
      'invalid_step_size',
      ...QUANTITY_CODES,
      'instrument_exists',
      'too_many_instruments',
    ],
    handle: defineOne,
  },
  {
    method: 'PATCH',
    path: '/instruments/{symbol}',
    name: 'changeInstrument',
    summary: 'Change the trading phase, the price band, the names or the bounds',
    access: 'operator',
    body: { schema: instrumentPatchBody, bytesMax: ORDER_BODY_BYTES_MAX },
    waits: true,
    answers: { 200: CHANGED, 202: DURABLE },
    problems: [
      'instrument_not_found',
      'tick_and_lot_fixed',
      'nothing_to_change',
      ...QUANTITY_CODES,
      'min_quantity_above_max',
      ...PRICE_CODES,
      'band_low_above_high',
      'instrument_closed',
      'phase_unchanged',
    ],
    handle: changeOne,
  },
  {
    method: 'DELETE',
    path: '/instruments/{symbol}',
    name: 'closeInstrument',
    summary: 'Close an instrument and cancel its orders',
    access: 'operator',
    query: { reason: reasonParameter },
    waits: true,
    answers: { 200: CHANGED, 202: DURABLE },
    problems: ['instrument_not_found', 'instrument_closed'],
    handle: closeOne,
  },
]

/** The body of the list by directory, made again after a change: with 1,000 instruments this takes 3 ms. */
const listBodies = new WeakMap<
  ListedInstruments,
  { readonly changes: number; readonly bytes: Uint8Array<ArrayBuffer> }
>()

function listBody(instruments: ListedInstruments): Uint8Array<ArrayBuffer> {
  const known = listBodies.get(instruments)
  if (known?.changes === instruments.changes) return known.bytes
  const { changes } = instruments
  const text = JSON.stringify({ instruments: [...instruments.values()].map(instrumentResource) })
  const bytes = new TextEncoder().encode(text)
  listBodies.set(instruments, { changes, bytes })
  return bytes
}

async function defineOne(call: Call): Promise<RouteResult> {
  const { ports, http, caller } = call
  const body = shaped(defineInstrumentBody, await readJsonBody(http.request, ORDER_BODY_BYTES_MAX))
  if (body instanceof Rejection) return body
  const { reason, ...terms } = body
  const options = { ...submitOptions(http), reason }
  const defined = await defineInstrument(ports, caller, terms, options)
  return answer(call, terms.symbol, defined, options, 201)
}

async function changeOne(call: Call): Promise<RouteResult> {
  const instrument = pathInstrument(call)
  if (instrument instanceof Rejection) return instrument
  const { ports, http, caller } = call
  const body = shaped(instrumentPatchBody, await readJsonBody(http.request, ORDER_BODY_BYTES_MAX))
  if (body instanceof Rejection) return body
  const { reason, ...changes } = body
  const options = { ...submitOptions(http), reason }
  const changed = await changeInstrument(ports, caller, instrument, changes, options)
  return answer(call, instrument.symbol, changed, options, 200)
}

async function closeOne(call: Call): Promise<RouteResult> {
  const instrument = pathInstrument(call)
  if (instrument instanceof Rejection) return instrument
  const options = { ...submitOptions(call.http), reason: call.query.reason }
  const closed = await closeInstrument(call.ports, call.caller, instrument, options)
  return answer(call, instrument.symbol, closed, options, 200)
}

/** `status` and the instrument if the request waited and the command was applied, otherwise 202. */
function answer(
  { ports }: Call,
  symbol: string,
  controlled: Controlled | EntryRejection,
  options: OperatorOptions,
  status: 200 | 201,
): RouteResult {
  if (controlled instanceof Rejection) return waitedRejection(controlled, options)
  const headers = {
    ...(status === 201 && { Location: `/instruments/${symbol}` }),
    ...preferenceHeaders(options.waitMs),
  }
  const instrument = controlled.applied ? ports.instruments.get(symbol) : undefined
  if (instrument !== undefined) return { status, body: instrumentResource(instrument), headers }
  return { status: 202, body: { symbol, receivedAt: formatTimestamp(controlled.receivedAtMs) }, headers }
}
