/**
 * Reads the commands of a scenario file. It does not read their events: these are printed from a run and compared as
 * text. A line that is not a step is an error, so that a typing error is noticed.
 */

import type { Command, PlaceOrder } from '../../src/protocol/command/commands.ts'
import type { OperatorNote } from '../../src/protocol/command/operator-commands.ts'
import { PHASES } from '../../src/protocol/command/trading-phases.ts'
import { type Instrument, parseInstrument } from '../../src/protocol/instrument/instrument.ts'
import { PRICE_TICKS_MAX } from '../../src/protocol/limits.ts'
import { countSteps, lots, ticks } from '../../src/protocol/units.ts'
import { RULES_NEWEST } from '../../src/protocol/versions.ts'
import { type Scenario, type Step, TEST_INSTRUMENT } from './scenario.ts'

export function readScenario(text: string): Scenario {
  const lines = text.trimEnd().split('\n')
  const first = lines.findIndex((line) => line.startsWith('>'))
  if (first < 0) throw new Error('a scenario has at least one line that starts with ">"')
  const heading = lines.slice(0, first)
  const instrument = readInstrument(heading)
  const orders = heading.map((line) => /^the book holds (\d+) orders at most$/.exec(line)).find(Boolean)
  const steps = lines.filter((line) => line.startsWith('>')).map((line) => readStep(line, instrument))
  const rules = heading.map((line) => /^rules (\d+)$/.exec(line)).find(Boolean)
  return {
    heading,
    instrument,
    ordersMax: orders ? Number(orders[1]) : undefined,
    rules: rules ? Number(rules[1]) : RULES_NEWEST,
    steps,
  }
}

function readInstrument(heading: readonly string[]): Instrument {
  const pattern = /^instrument (\S+) +tick (\S+) +lot (\S+)$/
  const found = heading.map((line) => pattern.exec(line)).find(Boolean)
  if (!found) return TEST_INSTRUMENT
  return parseInstrument({ symbol: found[1], base: 'TST', quote: 'USD', tickSize: found[2], lotSize: found[3] })
}

function readStep(line: string, instrument: Instrument): Step {
  const words = new Words(line, instrument)
  const verb = words.next()
  const step: Step =
    verb === 'at'
      ? { kind: 'at', timestampMs: Number(words.next()) }
      : verb === 'book' || verb === 'orders'
        ? { kind: verb }
        : { kind: 'apply', command: readCommand(verb, words) }
  words.end()
  return step
}

function readCommand(verb: string, words: Words): Command {
  const { symbol } = words.instrument
  switch (verb) {
    case 'place':
      return readPlaceOrder(words)
    case 'cancel':
      return { kind: 'CancelOrder', symbol, ...words.order() }
    case 'cancel-all': {
      const account = words.next()
      return words.take('everywhere')
        ? { kind: 'CancelAllOrders', account }
        : { kind: 'CancelAllOrders', symbol, account }
    }
    case 'amend': {
      const order = words.order()
      const quantity = words.has('@') ? undefined : words.quantity()
      const price = words.take('@') ? words.price() : undefined
      return {
        kind: 'AmendOrder',
        symbol,
        ...order,
        ...(price !== undefined && { price }),
        ...(quantity !== undefined && { quantity }),
      }
    }
    case 'phase':
      return { kind: 'ChangePhase', symbol, phase: words.oneOf(...PHASES), ...words.operator() }
    case 'define': {
      const [base, quote] = [words.next(), words.next()]
      words.expect('tick')
      const tickSize = words.next()
      words.expect('lot')
      const sizes = { tickSize, lotSize: words.next() }
      return { kind: 'DefineInstrument', symbol, base, quote, ...sizes, ...words.bounds(), ...words.operator() }
    }
    case 'change-instrument': {
      const base = words.take('base') ? { base: words.next() } : {}
      const quote = words.take('quote') ? { quote: words.next() } : {}
      return { kind: 'ChangeInstrument', symbol, ...base, ...quote, ...words.bounds(), ...words.operator() }
    }
    case 'close-instrument':
      return { kind: 'CloseInstrument', symbol, ...words.operator() }
    case 'adopt-rules': {
      const rules = Number(words.next())
      return words.take('everywhere')
        ? { kind: 'AdoptRules', rules, ...words.operator() }
        : { kind: 'AdoptRules', symbol, rules, ...words.operator() }
    }
    case 'band': {
      const low = words.take('none') ? undefined : words.price()
      words.expect('to')
      const high = words.take('none') ? undefined : words.price()
      return {
        kind: 'SetPriceBand',
        symbol,
        ...(low !== undefined && { low }),
        ...(high !== undefined && { high }),
        ...words.operator(),
      }
    }
    case 'advance':
      return { kind: 'AdvanceTime', symbol }
    default:
      throw words.fault(`no command is called ${verb}`)
  }
}

function readPlaceOrder(words: Words): PlaceOrder {
  const order: { -readonly [K in keyof PlaceOrder]: PlaceOrder[K] } = {
    kind: 'PlaceOrder',
    symbol: words.instrument.symbol,
    ...words.order(),
    side: words.oneOf('BUY', 'SELL'),
    quantity: words.quantity(),
    type: 'LIMIT',
    timeInForce: 'GTC',
  }
  words.expect('@')
  if (words.take('market')) order.type = 'MARKET'
  else order.price = words.price()
  if (words.take('IOC')) order.timeInForce = 'IOC'
  else if (words.take('FOK')) order.timeInForce = 'FOK'
  else if (words.take('GTD')) {
    order.timeInForce = 'GTD'
    order.expiresAtMs = Number(words.next())
  }
  if (words.take('post-only')) order.postOnly = true
  if (!words.isEmpty) {
    order.selfTradePrevention = words.oneOf('NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH')
  }
  return order
}

/** The words of one line, read from the left. */
class Words {
  readonly instrument: Instrument
  private readonly line: string
  private readonly words: string[]

  constructor(line: string, instrument: Instrument) {
    this.line = line
    this.instrument = instrument
    this.words = line.slice(1).trim().split(/\s+/)
  }

  get isEmpty(): boolean {
    return this.words.length === 0
  }

  has(word: string): boolean {
    return this.words[0] === word
  }

  take(word: string): boolean {
    if (!this.has(word)) return false
    this.words.shift()
    return true
  }

  next(): string {
    const word = this.words.shift()
    if (word === undefined) throw this.fault('a word is missing')
    return word
  }

  expect(word: string): void {
    if (!this.take(word)) throw this.fault(`"${word}" is missing`)
  }

  oneOf<T extends string>(...choices: T[]): T {
    const word = this.next() as T
    if (!choices.includes(word)) throw this.fault(`${word} is none of ${choices.join(', ')}`)
    return word
  }

  order(): { account: string; orderId: string } {
    const [account, orderId] = this.next().split('/')
    if (!account || !orderId) throw this.fault('an order is called account/orderId')
    return { account, orderId }
  }

  bounds(): { minQuantity?: string; maxQuantity?: string } {
    return {
      ...(this.take('min') && { minQuantity: this.next() }),
      ...(this.take('max') && { maxQuantity: this.next() }),
    }
  }

  /** The operator of a command. The reason is last, so it has all remaining words. */
  operator(): OperatorNote {
    const by = this.take('by') && { operator: this.next() }
    const key = this.take('key') && { operatorKey: this.next() }
    const why = this.take('because') && { operatorReason: this.words.splice(0).join(' ') }
    return { ...by, ...key, ...why }
  }

  price() {
    const count = countSteps(this.next(), this.instrument.tick)
    if (typeof count === 'string' || count > PRICE_TICKS_MAX) throw this.fault(`price: ${count}`)
    return ticks(count)
  }

  quantity() {
    const count = countSteps(this.next(), this.instrument.lot)
    if (typeof count === 'string') throw this.fault(`quantity: ${count}`)
    return lots(count)
  }

  end(): void {
    if (!this.isEmpty) throw this.fault(`"${this.words.join(' ')}" is too much`)
  }

  fault(what: string): Error {
    return new Error(`${what}, in: ${this.line}`)
  }
}
