/**
 * Leads from the id of a closed order to its key in the table of orders.
 *
 *   idRuns   [run, account/orderId] → rest of the key    RUN_IDS ids in a run, in the sequence of the commits
 *   hashes   number of the first id → hashes of up to ROW_IDS ids, in the same sequence (known-ids.ts)
 *   ids      account/orderId → the key                   written under rules 1, and read as long as it has rows
 *
 * Clients choose the ids, so their sequence is random. In one table a commit would write to a page of its own for
 * each id, anywhere in a file that may be larger than memory. In runs it writes to the pages of the newest run only.
 * A filter in memory says in which runs an id may be. The writer makes it from `hashes` at start, 0.12 s for a
 * million ids, and shares it with the reader. Without it a search looks into every run, from the newest to the oldest.
 */

import type { Database, RootDatabase } from 'lmdb'
import { orderNameOf } from '../../../protocol/order/order-name.ts'
import type { OrderRecord } from '../../../protocol/records.ts'
import { RULES_FIRST } from '../../../protocol/versions.ts'
import { HASH_WORDS, hashId, type IdLayer, KnownIds, RUN_IDS, RUNS_PER_LAYER } from './known-ids.ts'

export type OrderKey = [account: string, receivedAtMs: number, firstEvent: number, symbol: string]
type RunKey = [run: number, name: string]
type RestOfKey = [receivedAtMs: number, firstEvent: number, symbol: string]

/** A row of 2 KiB, which is written again with each commit until it is full. */
const ROW_IDS = 256
const ROW_WORDS = ROW_IDS * HASH_WORDS

/** The key under which an account's orders are sorted. */
export const sortedKeyOf = (order: OrderRecord): OrderKey => [
  order.account,
  order.receivedAtMs,
  order.firstEvent,
  order.symbol,
]

export class StoredIds {
  // Tables are absent if a reader opens a file whose writer did not make them.
  private readonly ids: Database<OrderKey, string> | undefined
  private readonly runs: Database<RestOfKey, RunKey> | undefined
  private readonly hashes: Database<Uint8Array, number> | undefined
  private readonly runIds: number
  private known: KnownIds | undefined
  private readonly onLayer: ((layer: IdLayer) => void) | undefined
  /** The hashes of the last row, if it is not full. */
  private lastRow = new Int32Array(0)
  private readonly hash = new Int32Array(HASH_WORDS)

  /** `onLayer` receives each layer of the filter. Tests have smaller runs. */
  constructor(root: RootDatabase, onLayer?: (layer: IdLayer) => void, runIds = RUN_IDS) {
    this.onLayer = onLayer
    this.runIds = runIds
    this.ids = root.openDB({ name: 'ids' })
    this.runs = root.openDB({ name: 'idRuns' })
    this.hashes = root.openDB({ name: 'hashes', encoding: 'binary' })
  }

  /** For checks of the file. */
  get tables(): (Database | undefined)[] {
    return [this.ids, this.runs, this.hashes] as (Database | undefined)[]
  }

  /** Uses a filter of the writer. The writer shares each layer before its first ids are stored. */
  share(layer: IdLayer): void {
    this.known ??= new KnownIds()
    this.known.layers.push(layer)
  }

  /** The filter of the writer, which is made at the first call. It does not see the commits of other writers. */
  filter(): KnownIds {
    if (this.known !== undefined) return this.known
    const known = new KnownIds(this.onLayer, this.runIds)
    for (const { value } of this.hashes?.getRange() ?? []) {
      const row = new Int32Array(Uint8Array.from(value).buffer)
      known.add(row)
      this.lastRow = row.length < ROW_WORDS ? row : new Int32Array(0)
    }
    this.known = known
    return known
  }

  find(account: string, orderId: string): OrderKey | undefined {
    const { known, hash, runs } = this
    const name = orderNameOf(account, orderId)
    if (known === undefined) {
      for (let run = this.lastRun(); run >= 0; run--) {
        const rest = runs?.get([run, name])
        if (rest !== undefined) return [account, ...rest]
      }
    } else {
      hashId(account, orderId, hash, 0)
      for (
        let layer = known.layerOf(hash[0], hash[1]);
        layer >= 0;
        layer = known.layerOf(hash[0], hash[1], layer - 1)
      ) {
        for (let run = (layer + 1) * RUNS_PER_LAYER - 1; run >= layer * RUNS_PER_LAYER; run--) {
          const rest = runs?.get([run, name])
          if (rest !== undefined) return [account, ...rest]
        }
      }
    }
    return this.ids?.get(name)
  }

  /**
   * Stores the ids of orders, in a transaction of the caller. The caller calls the returned function after the
   * transaction has ended.
   */
  put(orders: readonly OrderRecord[], rules: number): () => void {
    if (rules === RULES_FIRST) {
      for (const order of orders) this.ids?.put(orderNameOf(order.account, order.orderId), sortedKeyOf(order))
      return () => {}
    }
    const known = this.filter()
    const added = new Int32Array(orders.length * HASH_WORDS)
    for (const [i, { account, orderId, receivedAtMs, firstEvent, symbol }] of orders.entries()) {
      hashId(account, orderId, added, i * HASH_WORDS)
      const run = Math.floor((known.count + i) / this.runIds)
      this.runs?.put([run, orderNameOf(account, orderId)], [receivedAtMs, firstEvent, symbol])
    }
    const lastRow = this.putHashes(known.count, added)
    return () => {
      known.add(added)
      this.lastRow = lastRow
    }
  }

  /** Returns the row that is not full. */
  private putHashes(count: number, added: Int32Array): Int32Array<ArrayBuffer> {
    const words = new Int32Array(this.lastRow.length + added.length)
    words.set(this.lastRow)
    words.set(added, this.lastRow.length)
    const first = count - this.lastRow.length / HASH_WORDS
    let row = new Int32Array(0)
    for (let at = 0; at < words.length; at += ROW_WORDS) {
      row = words.slice(at, at + ROW_WORDS)
      this.hashes?.put(first + at / HASH_WORDS, new Uint8Array(row.buffer))
    }
    return row.length < ROW_WORDS ? row : new Int32Array(0)
  }

  private lastRun(): number {
    for (const [run] of this.runs?.getKeys({ reverse: true, limit: 1 }) ?? []) return run
    return -1
  }
}
