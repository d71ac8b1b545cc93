export interface OrderUse {
  readonly requests: number
  readonly matcherCalls: number
  readonly writeUnits: number
  readonly readUnits: number
  /** Of these, the units of the cursors of shards. */
  readonly cursorWrites: number
  readonly cursorReads: number
  readonly putUnits: number
  /** Of the lake: calls of its function, and units of Firehose for its rows and for commands. */
  readonly lakeCalls: number
  readonly lakeUnits: number
  readonly commandUnits: number
  /** Of live market data. */
  readonly notifierCalls: number
  readonly marketWrites: number
  readonly marketReads: number
}
/** Bytes that an order leaves in each table, and in the records of all streams. */
export interface StoredUse {
  readonly orderBytes: number
  readonly listBytes: number
  readonly tradeBytes: number
  readonly putBytes: number
}
export const LAKE_UNIT_BYTES: number
export const MARKET: string
export function dollarsPerMillion(
  uses: OrderUse,
  prices: Readonly<Record<string, number>>,
): Readonly<Record<string, number>>
export function total(dollars: Readonly<Record<string, number>>): number
