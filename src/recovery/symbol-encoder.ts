/**
 * Writes one symbol's matcher and open orders as bytes, in steps (symbol-snapshot.ts describes the layout). The state is
 * frozen first: that copies it, because commands are applied between the steps. The copy takes 128 bytes for each open
 * order. The bytes are those of the moment when the state was frozen.
 */

import { encodeBook } from '../engine/encode-book.ts'
import { type FrozenBook, freezeBook } from '../engine/frozen-book.ts'
import { sortedIndexes } from '../engine/paced-sort.ts'
import type { FrozenNames } from '../matcher/open-order-names.ts'
import type { SymbolMatcher } from '../matcher/symbol-matcher.ts'
import { type FrozenOrders, NUMBERS, type OpenOrders } from '../orders/open-orders.ts'
import { ENTRIES_PER_STEP, type Paced } from '../ports/paced.ts'
import { invariant } from '../protocol/assert.ts'
import type { CopyArray } from '../protocol/copy-array.ts'
import type { HandleEntries } from '../protocol/handle-map.ts'
import { jsonPart, partOf } from './snapshot-parts.ts'
import type { SymbolHeader } from './symbol-snapshot.ts'

export interface FrozenSymbol {
  readonly header: SymbolHeader
  readonly names: FrozenNames
  readonly orders: FrozenOrders
  readonly book: FrozenBook
}

export function freezeSymbol(matcher: SymbolMatcher, open: OpenOrders, copy: CopyArray): FrozenSymbol {
  const { symbol, book, commandNumber, eventNumber, tradeNumber, instrument, instrumentClosed } = matcher
  const names = matcher.names.freeze(copy)
  const header: SymbolHeader = {
    version: book.rules,
    symbol,
    commandNumber,
    eventNumber,
    tradeNumber,
    instrument: instrument ?? null,
    instrumentClosed,
    accounts: names.accounts,
  }
  return { header, names, orders: open.freeze(copy), book: freezeBook(book, copy) }
}

/** Returns the pieces of the parts. Throws BrokenInvariant, so that an inconsistent book is never recovered. */
export function* encodeSymbol({ header, names, orders, book }: FrozenSymbol): Paced<Uint8Array[]> {
  const columns = new Columns()
  const fills: [handle: number, fills: readonly number[]][] = []
  for (let account = 1; account <= names.accounts.length; account++) {
    for (const handle of names.oldestFirst(account)) {
      columns.add(handle, account, orders.numbers, names.orderIds[handle])
      const list = orders.fills[handle]
      if (list !== undefined) fills.push([handle, fillsUntil(list, header.tradeNumber)])
      if (columns.count % ENTRIES_PER_STEP === 0) yield
    }
  }
  columns.endPiece()
  invariant(columns.count === book.count, `${header.symbol}: ${book.count} orders rest, ${columns.count} have names`)
  return [
    ...partOf([jsonPart(header)]),
    ...columns.all.flatMap((pieces) => partOf(pieces)),
    ...partOf(yield* sparseJson(orders, fills)),
    ...partOf([yield* encodeBook(book)]),
  ]
}

/** A copy of the fills of an order up to a trade: later ones are added to the list while the snapshot is encoded. */
const fillsUntil = (fills: readonly number[], tradeNumber: number): readonly number[] =>
  fills.filter((number) => number <= tradeNumber)

/** Columns of the orders, in pieces: one large array would cost a garbage collection and many new pages at once. */
class Columns {
  /** Handles, account numbers, numbers, order ids. */
  readonly all: Uint8Array[][] = [[], [], [], []]
  count = 0
  private handles = new Uint32Array(ENTRIES_PER_STEP)
  private accounts = new Uint32Array(ENTRIES_PER_STEP)
  private numbers = new Float64Array(ENTRIES_PER_STEP * NUMBERS)
  private ids = ''
  private place = 0

  add(handle: number, account: number, numbers: Float64Array, orderId: string): void {
    const { place } = this
    this.handles[place] = handle
    this.accounts[place] = account
    for (let i = 0; i < NUMBERS; i++) this.numbers[place * NUMBERS + i] = numbers[handle * NUMBERS + i]
    this.ids += `${orderId}\n`
    this.count++
    if (++this.place === ENTRIES_PER_STEP) this.endPiece()
  }

  endPiece(): void {
    const { all, place } = this
    all[0].push(bytesOf(this.handles.subarray(0, place)))
    all[1].push(bytesOf(this.accounts.subarray(0, place)))
    all[2].push(bytesOf(this.numbers.subarray(0, place * NUMBERS)))
    all[3].push(Buffer.from(this.ids, 'latin1'))
    this.handles = new Uint32Array(ENTRIES_PER_STEP)
    this.accounts = new Uint32Array(ENTRIES_PER_STEP)
    this.numbers = new Float64Array(ENTRIES_PER_STEP * NUMBERS)
    this.ids = ''
    this.place = 0
  }
}

/** The values that few orders have, as the JSON of a `Sparse` of symbol-snapshot.ts. */
function* sparseJson(
  { requestIds, extras, placed }: FrozenOrders,
  fills: readonly (readonly [number, readonly number[]])[],
): Paced<Uint8Array[]> {
  const lists = {
    requestIds,
    extras,
    placed,
    fills: { handles: fills.map(([handle]) => handle), values: fills.map(([, list]) => list) },
  }
  const pieces: Uint8Array[] = []
  let before = '{'
  for (const [name, { handles, values }] of Object.entries<HandleEntries<unknown>>(lists)) {
    let text = `${before}"${name}":[`
    // Equal states have equal bytes, whatever the order of the entries.
    const order = yield* sortedIndexes(handles.length, (a, b) => handles[a] - handles[b])
    for (let i = 0; i < order.length; i++) {
      text += `${i === 0 ? '' : ','}[${handles[order[i]]},${JSON.stringify(values[order[i]])}]`
      if ((i + 1) % ENTRIES_PER_STEP !== 0) continue
      pieces.push(Buffer.from(text))
      text = ''
      yield
    }
    pieces.push(Buffer.from(`${text}]`))
    before = ','
  }
  pieces.push(Buffer.from('}'))
  return pieces
}

const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
