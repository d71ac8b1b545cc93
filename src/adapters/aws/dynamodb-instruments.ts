/**
 * Instruments as rows of DynamoDB: terms, phase, band and rules of each, as its matcher has published them.
 * One partition holds all rows, so that one query reads them. A counter in another row says that something
 * has changed. It is raised after the row is written. A reader takes the counter first and the rows then, so
 * it has every change that the counter counts; a change that comes meanwhile raises the counter once more.
 *
 * A row is replaced by a later event of its symbol only. To write or to count twice does no harm.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { PHASES, type TradingPhase } from '../../protocol/command/trading-phases.ts'
import { type InstrumentText, parseInstrument } from '../../protocol/instrument/instrument.ts'
import type { ListedInstrument } from '../../protocol/instrument/instrument-directory.ts'
import { countSteps, formatSteps, type Step, type Ticks } from '../../protocol/units.ts'
import { checkVersion } from '../../protocol/versions.ts'
import { type Item, number, numberOf, text, textOf } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { TABLES } from './resources.ts'

const { partitionKey, sortKey } = TABLES.instruments
const LISTED = 'instruments'
const COUNTER = { [partitionKey.name]: text('changes'), [sortKey.name]: text('count') }
const COUNT = 'count'

/** Rows in one answer: about 150 KB of them. */
const ROWS_PER_READ = 500

export class DynamoInstruments {
  private readonly table: DynamoTable
  private readonly rowsPerRead: number

  constructor(client: DynamoDBClient, table: string, rowsPerRead = ROWS_PER_READ) {
    this.table = new DynamoTable(client, table)
    this.rowsPerRead = rowsPerRead
  }

  /** How many changes have been counted. Another number than before: read {@link all} again. */
  async changes(): Promise<number> {
    const item = await this.table.get(COUNTER)
    return item === undefined ? 0 : numberOf(item, COUNT)
  }

  /** Every instrument, by symbol. */
  async all(): Promise<ListedInstrument[]> {
    const instruments: ListedInstrument[] = []
    let start: Item | undefined
    do {
      const { items, next } = await this.table.query({
        KeyConditionExpression: `${partitionKey.name} = :listed`,
        ExpressionAttributeValues: { ':listed': text(LISTED) },
        Limit: this.rowsPerRead,
        ...(start !== undefined && { ExclusiveStartKey: start }),
      })
      instruments.push(...items.map(instrumentIn))
      start = next
    } while (start !== undefined)
    return instruments
  }

  /** Writes an instrument as it is after the event `eventNumber`, unless its row is of a later one, and counts. */
  async publish(instrument: ListedInstrument, eventNumber: number): Promise<void> {
    const key = { [partitionKey.name]: text(LISTED), [sortKey.name]: text(instrument.symbol) }
    await this.table.update(
      key,
      { ...attributesOf(instrument), eventNumber: number(eventNumber) },
      'attribute_not_exists(#eventNumber) OR #eventNumber < :eventNumber',
    )
    // Also if the row was there already: the attempt that wrote it may have ended before it counted.
    await this.table.increment(COUNTER, COUNT)
  }

  /** Says in the row of an instrument whether its orders are refused, and counts. A symbol without a row has none. */
  async suspend(symbol: string, suspended: boolean): Promise<void> {
    const key = { [partitionKey.name]: text(LISTED), [sortKey.name]: text(symbol) }
    if (await this.table.update(key, { suspended: { BOOL: suspended } }, 'attribute_exists(tickSize)')) {
      await this.table.increment(COUNTER, COUNT)
    }
  }
}

const NOTHING = { NULL: true } as const

/** What is absent is written as null, so that an older value does not stay. */
function attributesOf({ text: terms, tick, phase, closed, bandLow, bandHigh, rules }: ListedInstrument): Item {
  const bound = (price: Ticks | null) => (price === null ? NOTHING : text(formatSteps(price, tick)))
  return {
    base: text(terms.base),
    quote: text(terms.quote),
    tickSize: text(terms.tickSize),
    lotSize: text(terms.lotSize),
    minQuantity: terms.minQuantity === undefined ? NOTHING : text(terms.minQuantity),
    maxQuantity: terms.maxQuantity === undefined ? NOTHING : text(terms.maxQuantity),
    phase: text(phase),
    closed: { BOOL: closed },
    bandLow: bound(bandLow),
    bandHigh: bound(bandHigh),
    rules: number(rules),
  }
}

/** Throws UnknownVersion for a row of newer rules, RangeError for a row that is no instrument. */
function instrumentIn(item: Item): ListedInstrument {
  const rules = numberOf(item, 'rules')
  checkVersion(`the instrument ${textOf(item, sortKey.name)}`, rules)
  const { minQuantity, maxQuantity, closed } = item
  const terms: InstrumentText = {
    symbol: textOf(item, sortKey.name),
    base: textOf(item, 'base'),
    quote: textOf(item, 'quote'),
    tickSize: textOf(item, 'tickSize'),
    lotSize: textOf(item, 'lotSize'),
    ...(minQuantity?.S !== undefined && { minQuantity: minQuantity.S }),
    ...(maxQuantity?.S !== undefined && { maxQuantity: maxQuantity.S }),
  }
  const instrument = parseInstrument(terms)
  const phase = textOf(item, 'phase') as TradingPhase
  if (!PHASES.includes(phase)) throw new RangeError(`${terms.symbol}: unknown phase ${phase}`)
  return {
    ...instrument,
    text: terms,
    phase,
    closed: closed?.BOOL === true,
    bandLow: boundIn(item, 'bandLow', instrument.tick),
    bandHigh: boundIn(item, 'bandHigh', instrument.tick),
    rules,
    ...(item.suspended?.BOOL === true && { suspended: true }),
  }
}

function boundIn(item: Item, name: string, tick: Step): Ticks | null {
  const bound = item[name]?.S
  if (bound === undefined) return null
  const count = countSteps(bound, tick)
  if (typeof count !== 'number') throw new RangeError(`${name} ${bound}: ${count}`)
  return count as Ticks
}
