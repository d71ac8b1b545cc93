/**
 * Closed orders and trades of one machine in LMDB, with the applied position, all in one transaction. The store may
 * lag behind the order log, from which recovery completes it. It never contains half a batch. stored-records.ts
 * describes the tables.
 *
 * New orders and trades are at or near the end of their account or symbol, so that a transaction touches few pages.
 */

import { setImmediate as turn } from 'node:timers/promises'
import { asBinary, type Database, type Key } from 'lmdb'
import { type Commit, type CommitStore, StaleCommit } from '../../../ports/commit-store.ts'
import { BEGINNING, type Position } from '../../../ports/order-stream.ts'
import { OperationalFailure } from '../../../protocol/failure.ts'
import type { OrderRecord } from '../../../protocol/records.ts'
import { checkVersion, RULES_FIRST } from '../../../protocol/versions.ts'
import { checkRoom } from './commit-room.ts'
import type { IdLayer } from './known-ids.ts'
import { sortedKeyOf } from './stored-ids.ts'
import { type Access, StoredRecords } from './stored-records.ts'
import { TRADES_PER_ROW, tradeRows } from './stored-trades.ts'
import { TRADES_PER_STEP, TradeFolds } from './trade-folds.ts'

const POSITION = 'position'
const VERSION = 'version'
/**
 * Records are encoded in so many turns of the event loop, if they are more than {@link ENCODED_AT_ONCE}: 3,000 in turns
 * of 0.4 ms. Orders that arrive meanwhile are appended and matched between two turns. A turn may be long under full
 * load, and more of them would hold up the store.
 */
const ENCODING_TURNS = 8
const ENCODED_AT_ONCE = 200
/** Time in which the records reach the disk. A snapshot waits for it, and no commit follows meanwhile. */
const FLUSH_MS_MAX = 30_000

/** The store was closed. */
class Stopping extends OperationalFailure {
  constructor() {
    super('stopping', 'the exchange is stopping', { retryable: true })
  }
}

export interface StoreListeners {
  /** Receives each layer of the filter of ids. */
  readonly onLayer?: (layer: IdLayer) => void
  /** Called when the records cannot be used again before the process has ended. */
  readonly onFailed?: (cause: OperationalFailure) => void
}

export class RecordStore extends StoredRecords implements CommitStore {
  /** The position as the version of a row, which LMDB's thread can compare before it writes a batch. */
  private readonly fence: Database<Position, string>
  /** Whether the fence has the position. A store that an earlier program has written gets it with the next commit. */
  private fenced: boolean
  private applied: Position
  /** Made at the first use, because it reads the end of each symbol. */
  private tradeFolds: TradeFolds | undefined
  private isCommitting = false
  private version: number
  private readonly path: string
  private readonly onFailed: StoreListeners['onFailed']
  private closed = false

  /** Throws UnknownVersion if a newer program wrote the records, and the errors of StoredRecords. */
  constructor(path: string, access: Access = 'write', { onLayer, onFailed }: StoreListeners = {}) {
    super(path, access, onLayer)
    this.path = path
    this.onFailed = onFailed
    this.fence = this.root.openDB({ name: 'fence', useVersions: true })
    // A store whose writer was killed at its creation has no tables, and a reader does not make them.
    this.applied = this.meta?.get(POSITION) ?? BEGINNING
    this.version = Number(this.meta?.get(VERSION) ?? RULES_FIRST)
    this.fenced = this.fence?.getEntry(POSITION)?.version === fenceOf(this.applied)
    checkVersion(`the file of records ${path}`, this.version)
  }

  /** Whether no commit has reached the file. */
  get isEmpty(): boolean {
    return this.applied === BEGINNING
  }

  /** The rules in force at the last commit. */
  get formatVersion(): number {
    return this.version
  }

  async appliedPosition(): Promise<Position> {
    return this.applied
  }

  /** Makes the filter of the ids, so that the first order does not wait for it. */
  loadIds(): void {
    this.ids.filter()
  }

  /**
   * Throws OperationalFailure if LMDB refuses the read, and after the store was closed: orders may arrive while the
   * exchange stops.
   */
  override find(account: string, orderId: string): OrderRecord | undefined {
    if (this.closed) throw new Stopping()
    try {
      this.loadIds()
      return super.find(account, orderId)
    } catch (cause) {
      const message = `the records could not be read: ${(cause as Error).message}`
      const failure = new OperationalFailure('storage_failed', message, { retryable: true, cause })
      if (this.hasPanicked()) this.onFailed?.(failure)
      throw failure
    }
  }

  override close(): Promise<void> {
    this.closed = true
    return super.close()
  }

  async commit(batch: Commit): Promise<void> {
    const rows = tradeRows(batch.trades)
    let stored = (): void => {}
    checkRoom(this.path, batch.orders.length + batch.trades.length, batch.orders)
    this.refresh()
    this.isCommitting = true
    try {
      // All records are encoded before the first put, because LMDB stores the puts before one that throws.
      const orders = await this.encoded(this.orders, batch.orders, ENCODED_AT_ONCE)
      const trades = await this.encoded(this.tradeRows, rows, ENCODED_AT_ONCE / TRADES_PER_ROW)
      const folds = this.folds().prepare(batch.trades)
      await this.write(batch.from, () => {
        for (const [i, order] of batch.orders.entries()) this.orders.put(sortedKeyOf(order), orders[i])
        stored = this.ids.put(batch.orders, batch.rules)
        for (const [i, [first]] of rows.entries()) this.tradeRows.put([first.symbol, first.tradeNumber], trades[i])
        folds.put()
        this.meta.put(POSITION, batch.to)
        this.fence.put(POSITION, batch.to, fenceOf(batch.to))
        if (batch.rules !== this.version) this.meta.put(VERSION, String(batch.rules))
      })
      folds.ended()
    } catch (cause) {
      throw cause instanceof Stopping ? cause : await this.failureOf(cause)
    } finally {
      this.isCommitting = false
    }
    stored()
    this.applied = batch.to
    this.version = batch.rules
    this.fenced = true
  }

  /** Symbols whose fills and candles are behind their trades. */
  get symbolsBehind(): number {
    return this.folds().symbolsBehind
  }

  /**
   * Makes the fills and candles of some trades that an earlier program has stored. Returns how many; undefined: not
   * now, because a commit is under way. Throws OperationalFailure.
   */
  catchUp(): number | undefined {
    if (this.isCommitting) return undefined
    checkRoom(this.path, TRADES_PER_STEP)
    this.refresh()
    const folds = this.folds()
    try {
      const step = folds.nextStep()
      this.root.transactionSync(() => step.put())
      step.ended()
      return step.trades
    } catch (cause) {
      const message = `the candles could not be stored: ${(cause as Error).message}`
      throw new OperationalFailure('storage_failed', message, { retryable: true, cause })
    }
  }

  /**
   * Values in the form in which the table would encode them. The first `atOnce` are encoded in this turn. Throws
   * Stopping if the store was closed between two turns: LMDB must not be used then.
   */
  private async encoded<V, K extends Key>(table: Database<V, K>, values: readonly V[], atOnce: number): Promise<V[]> {
    const { encoder } = table as unknown as WithEncoder
    const perTurn = Math.ceil(Math.max(atOnce, values.length / ENCODING_TURNS))
    const encoded: V[] = []
    for (const value of values) {
      if (encoded.length > 0 && encoded.length % perTurn === 0) {
        await turn()
        if (this.closed) throw new Stopping()
      }
      encoded.push(asBinary(encoder.encode(value)) as unknown as V)
    }
    return encoded
  }

  private folds(): TradeFolds {
    this.tradeFolds ??= new TradeFolds(this.foldTables)
    return this.tradeFolds
  }

  /**
   * Commits in one transaction, which compares the position first. LMDB's own thread writes and syncs it, so matching
   * does not wait for the disk: 0.3 to 1.5 ms instead of 4 to 11 for up to 300 records on a busy disk. It costs 0.2 ms
   * of processor time more. Only the first commit is written here: an earlier program has left no fence. Throws
   * StaleCommit, and errors of LMDB.
   */
  private async write(from: Position, put: () => void): Promise<void> {
    const stale = () => new StaleCommit(`the store is not at ${from || 'the beginning'}, where the batch starts`)
    if (this.fenced) {
      if (!(await this.fence.ifVersion(POSITION, fenceOf(from), put))) throw stale()
      return
    }
    this.root.transactionSync(() => {
      if ((this.meta.get(POSITION) ?? BEGINNING) !== from) throw stale()
      put()
    })
  }

  /** What a commit throws: StaleCommit, or an OperationalFailure for any other cause. */
  private async failureOf(cause: unknown): Promise<unknown> {
    this.forgetStructures()
    if (cause instanceof StaleCommit) return cause
    const reason = await (cause as { commitError?: Promise<never> })?.commitError?.catch((reason) => reason)
    const message = `the records could not be stored: ${reason?.message ?? (cause as Error)?.message ?? cause}`
    const failure = new OperationalFailure('storage_failed', message, { retryable: true, cause: reason ?? cause })
    if (this.hasPanicked()) this.onFailed?.(failure)
    return failure
  }

  /**
   * LMDB stores the field names of records once, with the first record that has them, and its encoder then remembers
   * that they are stored. After a failed transaction they may not be, so the next record must look. Otherwise no
   * reader could decode it.
   */
  private forgetStructures(): void {
    for (const { encoder } of [this.orders, this.tradeRows] as unknown as WithEncoder[]) {
      encoder.structures.uninitialized = true
    }
  }

  /** After a failed write of its first pages LMDB refuses every transaction, reads too, until the file is opened again. */
  private hasPanicked(): boolean {
    try {
      this.refresh()
      this.meta.get(POSITION)
      return false
    } catch (cause) {
      return (cause as Error).message.includes('MDB_PANIC')
    }
  }

  /**
   * LMDB 3.5 answers a commit after its sync, but promises only this. It leaves this unanswered after some failures of
   * the disk, so it fails by itself after a time.
   */
  async flushed(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const failure = new OperationalFailure('storage_failed', 'the records did not reach the disk', {
        retryable: true,
      })
      timer = setTimeout(() => reject(failure), FLUSH_MS_MAX)
    })
    try {
      await Promise.race([this.root.flushed, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The part of msgpackr's encoder that LMDB's types do not have. */
interface WithEncoder {
  readonly encoder: {
    /** It loads the stored field names again if this is set. */
    readonly structures: { uninitialized?: boolean }
    encode(value: unknown): Uint8Array
  }
}

/** Positions are numbers of commands, and a row's version has room for them. */
const fenceOf = (position: Position): number => Number(position)
