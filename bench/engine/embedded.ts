/**
 * Compares the wrapper with string ids and decimal text with nodejs-order-book, which has string ids and numbers. Both
 * get the same commands, return an object for each, and give the same trades. The texts and numbers are prepared before
 * the measurement.
 */

import { ExchangeBook } from '../../src/exchange-book/exchange-book.ts'
import { CANCEL, COMMAND_WORDS, type CommandStream, MARKET_ORDER } from './command-stream.ts'
import { median, type Row } from './compare.ts'
import { idsOf, TheirEngine, type TradeTotals } from './their-engine.ts'

export const EMBEDDED = 'tick 0.01, lot 0.001, prices and quantities as text'

interface Texts {
  readonly prices: readonly string[]
  readonly quantities: readonly string[]
}

class EmbeddedBook {
  readonly totals: TradeTotals = { trades: 0, quantity: 0 }
  private readonly book = new ExchangeBook({ tickSize: '0.01', lotSize: '0.001' })
  private readonly stream: CommandStream
  private readonly ids: readonly string[]
  private readonly texts: Texts

  constructor(stream: CommandStream, ids: readonly string[], texts: Texts) {
    this.stream = stream
    this.ids = ids
    this.texts = texts
  }

  run(from: number, to: number): void {
    const { words } = this.stream
    for (let i = from; i < to; i++) {
      const at = i * COMMAND_WORDS
      const kind = words[at] & 0xff
      const id = this.ids[words[at + 3]]
      if (kind === CANCEL) {
        this.book.cancel(id)
        continue
      }
      const side = words[at] >>> 8 === 0 ? 'BUY' : 'SELL'
      const quantity = this.texts.quantities[i]
      const { trades } = this.book.place(
        kind === MARKET_ORDER ? { id, side, quantity } : { id, side, price: this.texts.prices[i], quantity },
      )
      this.totals.trades += trades.length
    }
  }
}

/** Throws if the number of trades differs. Returns a row for each, this engine first. */
export function compareEmbedded(stream: CommandStream, rounds: number): Row[] {
  const ids = idsOf(stream)
  const texts = textsOf(stream)
  const speeds: [number[], number[]] = [[], []]
  // Referenced as in compare.ts, so that no round starts cold.
  const books: EmbeddedBook[] = []
  for (let round = 0; round <= rounds; round++) {
    const ours = new EmbeddedBook(stream, ids, texts)
    const theirs = new TheirEngine(stream, ids, { trades: 0, quantity: 0 })
    for (const [i, engine] of [ours, theirs].entries()) {
      engine.run(0, stream.prefill)
      globalThis.gc?.()
      globalThis.gc?.()
      const start = process.hrtime.bigint()
      engine.run(stream.prefill, stream.count)
      const perSecond = ((stream.count - stream.prefill) * 1e9) / Number(process.hrtime.bigint() - start)
      // Round 0 warms up.
      if (round > 0) speeds[i].push(perSecond)
    }
    if (round === 0) books.push(ours)
    if (books[0].totals.trades !== theirs.totals?.trades || ours.totals.trades !== theirs.totals.trades)
      throw new Error(`${stream.name}: the trades differ`)
  }
  const engines = ['ours', 'nodejs-order-book'] as const
  return engines.map((engine, i) => {
    const sorted = speeds[i].sort((a, b) => a - b).map(Math.round)
    const commands = stream.count - stream.prefill
    return {
      stream: stream.name,
      engine,
      commandsPerSecond: Math.round(median(sorted)),
      min: sorted[0],
      max: sorted[sorted.length - 1],
      commands,
    }
  })
}

function textsOf({ words, count }: CommandStream): Texts {
  const prices: string[] = []
  const quantities: string[] = []
  for (let i = 0; i < count; i++) {
    prices.push((words[i * COMMAND_WORDS + 1] / 100).toFixed(2))
    quantities.push((words[i * COMMAND_WORDS + 2] / 1_000).toFixed(3))
  }
  return { prices, quantities }
}
