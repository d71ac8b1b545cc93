/**
 * Reads a running exchange through its public routes: health, metrics, instruments and books. Nothing here needs to be
 * on the machine of the exchange. A route that an exchange does not have leaves its part out.
 */

import { MetricValues } from './metric-values.ts'

/** Books that are read for one look, so that a venue of a thousand instruments is not read whole each second. */
const BOOKS_READ_MAX = 32
const BOOKS_AT_ONCE = 8
/** Levels of each side. An order is counted if its level is shown. */
const LEVELS = 100
const TIMEOUT_MS = 5_000

export interface Cause {
  readonly cause: string
  readonly since?: string
  readonly detail: string
}

/** The answer of `/health`. */
export interface HealthAnswer {
  readonly status: 'ok' | 'degraded' | 'failing'
  readonly code?: string
  readonly detail?: string
  readonly causes?: readonly Cause[]
  readonly position?: string
  readonly openOrders?: number
  readonly rules?: number
}

interface Level {
  readonly price: string
  readonly quantity: string
  readonly orders: number | null
}

export interface BookAnswer {
  readonly symbol: string
  readonly phase: string
  readonly lastPrice: string | null
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

export interface Reading {
  readonly atMs: number
  readonly health: HealthAnswer
  /** undefined: this exchange serves none. */
  readonly metrics: MetricValues | undefined
  readonly instruments: number
  readonly books: readonly BookAnswer[]
}

/** No exchange answers at the address. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

export interface Address {
  /** Without a slash at its end. */
  readonly url: string
  readonly key: string | undefined
}

/** Throws {@link Unreachable}. */
export async function readExchange(address: Address): Promise<Reading> {
  const health = await ask(address, '/health')
  const status = (health.body as HealthAnswer | undefined)?.status
  if (status !== 'ok' && status !== 'degraded' && status !== 'failing') {
    const { code, detail } = (health.body ?? {}) as HealthAnswer
    if (health.status !== 503) throw new Unreachable(`${address.url} answers ${health.status}: it is not an exchange`)
    const failing: HealthAnswer = {
      status: 'failing',
      code: code ?? 'unavailable',
      detail: detail ?? 'It answers 503.',
    }
    return { atMs: Date.now(), health: failing, metrics: undefined, instruments: 0, books: [] }
  }
  const metrics = await ask(address, '/metrics')
  // Rates are over the time between two of these.
  const atMs = Date.now()
  // Books are read by the core: one that does not answer would delay each of them.
  const symbols = status === 'failing' ? [] : await openSymbols(address)
  return {
    atMs,
    health: health.body as HealthAnswer,
    metrics: metrics.status === 200 ? new MetricValues(metrics.text) : undefined,
    instruments: symbols.length,
    books: await readBooks(address, symbols.slice(0, BOOKS_READ_MAX)),
  }
}

async function openSymbols(address: Address): Promise<readonly string[]> {
  const { body } = await ask(address, '/instruments')
  const { instruments = [] } = (body ?? {}) as { instruments?: readonly { symbol: string; closed: boolean }[] }
  return instruments.filter(({ closed }) => !closed).map(({ symbol }) => symbol)
}

async function readBooks(address: Address, symbols: readonly string[]): Promise<readonly BookAnswer[]> {
  const books: BookAnswer[] = []
  for (let i = 0; i < symbols.length; i += BOOKS_AT_ONCE) {
    const read = symbols
      .slice(i, i + BOOKS_AT_ONCE)
      .map((symbol) => ask(address, `/book/${encodeURIComponent(symbol)}?depth=${LEVELS}`))
    for (const { status, body } of await Promise.all(read)) if (status === 200) books.push(body as BookAnswer)
  }
  return books
}

/** The orders in the shown levels, and whether these are all levels. undefined: the exchange does not count them. */
export function ordersOf({ bids, asks }: BookAnswer): { readonly orders: number; readonly all: boolean } | undefined {
  let orders = 0
  for (const level of [...bids, ...asks]) {
    if (level.orders === null) return undefined
    orders += level.orders
  }
  return { orders, all: bids.length < LEVELS && asks.length < LEVELS }
}

interface Answer {
  readonly status: number
  readonly text: string
  /** undefined: it is not JSON. */
  readonly body: unknown
}

async function ask({ url, key }: Address, path: string): Promise<Answer> {
  try {
    const response = await fetch(`${url}${path}`, {
      // API Gateway reads a key from x-api-key and a token from authorization.
      headers: key === undefined ? {} : { 'X-API-Key': key, Authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = await response.text()
    return { status: response.status, text, body: parsed(text) }
  } catch (cause) {
    const { message, cause: reason } = cause as Error
    throw new Unreachable(`${url} does not answer: ${(reason as Error | undefined)?.message || message}`)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
