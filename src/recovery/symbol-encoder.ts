/**
 * Writes one symbol's matcher and open orders as bytes, in steps (symbol-snapshot.ts describes the layout). The state is
 * frozen first: that copies it, because commands are applied between the steps. The copy takes 128 bytes for each open
 * order. The bytes are those of the moment when the state was frozen.
 */

import { encodeBook } from '../engine/encode-book.ts'
import { type FrozenBook, freezeBook } from '../engine/frozen-book.ts'
import type { FrozenNames } from '../matcher/open-order-names.ts'
import type { SymbolMatcher } from '../matcher/symbol-matcher.ts'
import { type FrozenMap, type FrozenOrders, NUMBERS, type OpenOrders } from '../orders/open-orders.ts'
import { ENTRIES_PER_STEP, type Paced } from '../ports/paced.ts'
import { invariant } from '../protocol/assert.ts'
import type { CopyArray } from '../protocol/copy-array.ts'
import { NAME_LENGTH_MAX } from '../protocol/limits.ts'
import { jsonPart, partOf } from './snapshot-parts.ts'
import type { SymbolHeader } from './symbol-snapshot.ts'

export const NEWLINE = 10

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
  const { count } = book
  const handles = new Uint32Array(count)
  const accounts = new Uint32Array(count)
  const numbers = new Float64Array(count * NUMBERS)
  const ids = new IdPieces()
  const fills: [handle: number, fills: readonly number[]][] = []
  let place = 0
  for (let account = 1; account <= names.accounts.length; account++) {
    for (const handle of names.oldestFirst(account)) {
      invariant(place < count, `${header.symbol}: ${count} orders rest, more have names`)
      handles[place] = handle
      accounts[place] = account
      for (let i = 0; i < NUMBERS; i++) numbers[place * NUMBERS + i] = orders.numbers[handle * NUMBERS + i]
      ids.add(names.orderIds[handle])
      const list = orders.fills[handle]
      if (list !== undefined) fills.push([handle, fillsUntil(list, header.tradeNumber)])
      if (++place % ENTRIES_PER_STEP === 0) yield
    }
  }
  invariant(place === count, `${header.symbol}: ${count} orders rest, ${place} have names`)
  return [
    ...partOf([jsonPart(header)]),
    ...partOf([bytesOf(handles)]),
    ...partOf([bytesOf(accounts)]),
    ...partOf([bytesOf(numbers)]),
    ...partOf(ids.end()),
    ...partOf(yield* sparseJson(orders, fills)),
    ...partOf([yield* encodeBook(book)]),
  ]
}

/** The fills of an order up to a trade: later ones were added after the order was frozen. */
const fillsUntil = (fills: readonly number[], tradeNumber: number): readonly number[] =>
  fills[fills.length - 1] <= tradeNumber ? fills : fills.filter((number) => number <= tradeNumber)

/** Order ids as text, a newline after each. */
class IdPieces {
  private readonly pieces: Uint8Array[] = []
  private piece = Buffer.alloc(0)
  private length = 0

  add(id: string): void {
    if (this.length + NAME_LENGTH_MAX + 1 > this.piece.length) {
      this.end()
      this.piece = Buffer.allocUnsafeSlow(ENTRIES_PER_STEP * NAME_LENGTH_MAX)
      this.length = 0
    }
    this.length += this.piece.write(id, this.length, 'latin1')
    this.piece[this.length++] = NEWLINE
  }

  end(): Uint8Array[] {
    if (this.length > 0) this.pieces.push(this.piece.subarray(0, this.length))
    return this.pieces
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
  for (const [name, list] of Object.entries<FrozenMap<unknown>>(lists)) {
    let text = `${before}"${name}":[`
    for (let i = 0; i < list.handles.length; i++) {
      text += `${i === 0 ? '' : ','}[${list.handles[i]},${JSON.stringify(list.values[i])}]`
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
