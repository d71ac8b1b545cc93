/**
 * Rebuilds lost books of a shard together: one pass over the stream, from the oldest snapshot that is needed up to
 * the marks. The pass is done in pieces, because an invocation has little time. It goes on in the same process from
 * memory, and in another process from snapshots that are saved on the way. Each book starts at the newest of its
 * snapshot and what the cache still has.
 *
 * At the mark, the numbers of events and trades must equal the mark's. If they differ, the stream no longer has a
 * record that is needed, and the symbol must not trade on.
 */

import { BEGINNING, type Position, StreamTruncated } from '../ports/order-stream.ts'
import type { StreamPage } from '../ports/record-stream.ts'
import type { SnapshotMark } from '../ports/symbol-states.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import {
  agrees,
  applyAgain,
  type HeldSymbol,
  type RebuildNeeded,
  type RecoveryPorts,
  restored,
} from './symbol-recovery.ts'
import { SymbolReplica } from './symbol-replica.ts'

/** How often the state on the way is saved: what another process would have to read again. */
const SAVE_MS = 20_000

interface Rebuilding {
  lost: RebuildNeeded
  replica: SymbolReplica
  /** All records up to here are applied. The last of them may be earlier. */
  scanned: Position
  snapshot: SnapshotMark | undefined
}

export interface Rebuilt {
  /** undefined: the cache changed meanwhile, so load it again. */
  readonly books: ReadonlyMap<string, HeldSymbol | undefined>
  readonly failures: ReadonlyMap<string, unknown>
}

export class ShardRebuild {
  private readonly ports: RecoveryPorts
  private readonly nowMs: () => number
  private readonly open = new Map<string, Rebuilding>()
  private savedAtMs = 0

  constructor(ports: RecoveryPorts, nowMs: () => number) {
    this.ports = ports
    this.nowMs = nowMs
  }

  /** Continues until all are done, or until about `untilMs`. A symbol in neither map of the result is not done. */
  async run(lost: readonly RebuildNeeded[], untilMs: number, shardBytes: number): Promise<Rebuilt> {
    const books = new Map<string, HeldSymbol | undefined>()
    const failures = new Map<string, unknown>()
    const attempt = async (symbol: string, work: () => Promise<HeldSymbol | undefined | 'open'>): Promise<void> => {
      try {
        const outcome = await work()
        if (outcome === 'open') return
        books.set(symbol, outcome)
      } catch (cause) {
        failures.set(symbol, cause)
      }
      this.open.delete(symbol)
    }
    await Promise.all(lost.map((each) => attempt(each.symbol, () => this.begin(each, shardBytes))))
    const pass = new Map(lost.flatMap(({ symbol }) => entryOf(this.open, symbol)))
    if (pass.size > 0) {
      try {
        for await (const page of this.pagesFor(pass)) {
          await applyPage(page, pass, this.ports, failures)
          for (const symbol of failures.keys()) this.leaveOut(symbol, pass)
          for (const symbol of page.symbols) {
            const each = pass.get(symbol)
            if (each === undefined || each.scanned < each.lost.mark.position) continue
            pass.delete(symbol)
            await attempt(symbol, () => this.finish(each, shardBytes))
          }
          if (pass.size === 0 || this.nowMs() >= untilMs) break
        }
      } catch (cause) {
        if (!(cause instanceof OperationalFailure)) throw cause
        for (const symbol of pass.keys()) failures.set(symbol, cause)
      }
      await this.saveProgress(pass)
    }
    return { books, failures }
  }

  private leaveOut(symbol: string, pass: Map<string, Rebuilding>): void {
    pass.delete(symbol)
    this.open.delete(symbol)
  }

  private async begin(lost: RebuildNeeded, shardBytes: number): Promise<HeldSymbol | undefined | 'open'> {
    const { symbol, mark, known } = lost
    const target = mark.position
    let each = this.open.get(symbol)
    if (each === undefined || each.scanned > target) {
      const snapshot = await this.ports.snapshots(symbol).latest(target, mark.snapshot?.position)
      const { wantsEveryEvent } = this.ports.publisher
      let replica =
        known !== undefined && known.position <= target ? known : SymbolReplica.empty(symbol, wantsEveryEvent)
      if (snapshot !== undefined && snapshot.position > replica.position) {
        replica = restored(snapshot.bytes, this.ports) ?? replica
      }
      replica.forgetPublished()
      each = { lost, replica, scanned: replica.position, snapshot: mark.snapshot }
      this.open.set(symbol, each)
    }
    each.lost = lost
    return each.scanned < target ? 'open' : this.finish(each, shardBytes)
  }

  /** Reads until the newest mark. If the stream ends before, the rest of the symbols are marked as scanned. */
  private async *pagesFor(pass: ReadonlyMap<string, Rebuilding>): AsyncGenerator<StreamPage> {
    const all = [...pass.values()]
    const after = all.map(({ scanned }) => scanned).sort()[0]
    const upTo = all.map(({ lost }) => lost.mark.position).sort()[all.length - 1]
    yield* this.ports.stream.read([...pass.keys()], after, upTo)
    yield { records: [], symbols: [...pass.keys()], through: upTo }
  }

  /** Fills the cache. The state becomes a snapshot too, so that the next loss costs little. */
  private async finish(each: Rebuilding, shardBytes: number): Promise<HeldSymbol | undefined> {
    const { lost, replica } = each
    const { symbol, mark, cacheVersion } = lost
    if (replica.position !== mark.position || !agrees(replica, mark)) {
      throw new StreamTruncated(
        `${symbol}: published up to event ${mark.eventNumber} at ${mark.position}, but snapshot and stream lead to ` +
          `event ${replica.matcher.eventNumber} at ${replica.position}`,
      )
    }
    const base = replica.base()
    const snapshot = { position: base.position, shardBytes }
    if (mark.position !== BEGINNING && mark.snapshot?.position !== mark.position) {
      await this.save(symbol, snapshot, base.bytes)
    }
    const rebased = await this.ports.cache.rebase(symbol, cacheVersion, base, replica.version)
    if (rebased === undefined) return undefined
    const { timestampMs } = replica
    const held = { replica, cacheVersion: rebased, marked: mark.position, snapshot: snapshot }
    return { ...held, sinceBase: 0, baseTimestampMs: timestampMs }
  }

  private async saveProgress(pass: ReadonlyMap<string, Rebuilding>): Promise<void> {
    if (pass.size === 0 || this.nowMs() - this.savedAtMs < SAVE_MS) return
    this.savedAtMs = this.nowMs()
    for (const [symbol, each] of pass) {
      const { replica, scanned } = each
      if (scanned <= (each.snapshot?.position ?? BEGINNING)) continue
      // The same state is that of every position up to which the symbol has no more records.
      replica.position = scanned
      each.snapshot = { position: scanned, shardBytes: each.snapshot?.shardBytes ?? 0 }
      await this.save(symbol, each.snapshot, replica.base().bytes)
    }
  }

  /** A failure costs time only: the next rebuild starts at an older snapshot. */
  private async save(symbol: string, snapshot: SnapshotMark, bytes: Uint8Array): Promise<void> {
    try {
      await this.ports.snapshots(symbol).save({ position: snapshot.position, bytes })
      await this.ports.states?.snapshotSaved(symbol, snapshot)
    } catch (cause) {
      if (!(cause instanceof OperationalFailure)) throw cause
    }
  }
}

const entryOf = (open: ReadonlyMap<string, Rebuilding>, symbol: string): [string, Rebuilding][] => {
  const each = open.get(symbol)
  return each === undefined ? [] : [[symbol, each]]
}

/** A symbol whose record fails does not stop the others. */
async function applyPage(
  page: StreamPage,
  pass: ReadonlyMap<string, Rebuilding>,
  ports: RecoveryPorts,
  failures: Map<string, unknown>,
): Promise<void> {
  for (const record of page.records) {
    const { symbol, position } = record
    const each = pass.get(symbol)
    if (each === undefined || failures.has(symbol)) continue
    if (position <= each.scanned || position > each.lost.mark.position) continue
    try {
      await applyAgain(symbol, each.replica, record, ports)
      each.replica.forgetPublished()
    } catch (cause) {
      failures.set(symbol, cause)
    }
  }
  for (const symbol of page.symbols) {
    const each = pass.get(symbol)
    if (each !== undefined && page.through > each.scanned) each.scanned = page.through
  }
}
