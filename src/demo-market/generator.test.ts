import { expect, test } from 'vitest'
import { DEMO_INSTRUMENTS, type InstrumentText } from '../protocol/instrument/instrument.ts'
import { type ListedInstrument, newlyListed } from '../protocol/instrument/instrument-directory.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import { RULES_NEWEST } from '../protocol/versions.ts'
import { DEMO_ACCOUNTS } from './demo-accounts.ts'
import type { DemoCommand } from './demo-command.ts'
import { DemoGenerator, QUOTES_MAX } from './generator.ts'
import { marketTerms } from './market-terms.ts'

const generatorOf = (seed: number, rate = 50, instruments: readonly InstrumentText[] = DEMO_INSTRUMENTS) =>
  new DemoGenerator({
    seed,
    rate,
    idPrefix: 'demo-',
    instruments: instruments.map((text) => marketTerms(newlyListed(text, RULES_NEWEST), undefined)),
  })

function commandsOf(generator: DemoGenerator, count: number): DemoCommand[] {
  const commands = generator.opening()
  while (commands.length < count) commands.push(...generator.next())
  return commands
}

test('the same seed, rate and instruments give the same commands; another seed or rate gives others', () => {
  const commands = commandsOf(generatorOf(7), 5_000)
  expect(commandsOf(generatorOf(7), 5_000)).toEqual(commands)
  expect(commandsOf(generatorOf(8), 5_000)).not.toEqual(commands)
  expect(commandsOf(generatorOf(7, 500), 5_000)).not.toEqual(commands)
})

/** Instruments at the limits of what an exchange may have. */
const UNUSUAL: readonly InstrumentText[] = [
  { symbol: 'TINY', base: 'A', quote: 'B', tickSize: '0.000000000001', lotSize: '0.000000000001' },
  { symbol: 'HUGE', base: 'A', quote: 'B', tickSize: '1000000', lotSize: '1000000' },
  { symbol: 'BOUND', base: 'A', quote: 'B', tickSize: '0.25', lotSize: '1', minQuantity: '7', maxQuantity: '9' },
  { symbol: 'ONE', base: 'A', quote: 'B', tickSize: '1', lotSize: '1', maxQuantity: '1' },
]

test.each([
  ['usual', DEMO_INSTRUMENTS],
  ['unusual', UNUSUAL],
])('every order in %s instruments has a price and a quantity of the instrument', (_, instruments) => {
  const terms = new Map(instruments.map((text) => [text.symbol, newlyListed(text, RULES_NEWEST)]))
  const faulty = commandsOf(generatorOf(3, 50, instruments), 10_000).filter((command) => {
    const { symbol, account } = command
    const instrument = terms.get(symbol) as ListedInstrument
    const { price = 1, quantity = instrument.minQuantity ?? 1 } = command.kind === 'place' ? command : {}
    const { minQuantity = 1, maxQuantity = instrument.quantityMax } = instrument
    return !(
      DEMO_ACCOUNTS.includes(account) &&
      isWithin(price, 1, PRICE_TICKS_MAX) &&
      isWithin(quantity, minQuantity, maxQuantity) &&
      (command.kind !== 'amend' || isWithin(command.price, 1, PRICE_TICKS_MAX))
    )
  })
  expect(faulty).toEqual([])
})

const isWithin = (count: number, low: number, high: number): boolean =>
  Number.isSafeInteger(count) && count >= low && count <= high

test.each([3, 100, 400, 1_000])('%d instruments never have more open orders than there are places', (count) => {
  const instruments = Array.from({ length: count }, (_, i) => ({ ...DEMO_INSTRUMENTS[0], symbol: `S${i}` }))
  const generator = generatorOf(1, 10_000, instruments)
  let most = 0
  for (let i = 0; i < 20; i++) {
    for (let next = 0; next < 200; next++) generator.next()
    most = Math.max(
      most,
      DEMO_ACCOUNTS.map((account) => generator.openOrders(account).size).reduce((a, b) => a + b),
    )
  }
  expect(generator.opening().length).toBeGreaterThan(count)
  expect(most).toBeLessThanOrEqual(QUOTES_MAX)
})
