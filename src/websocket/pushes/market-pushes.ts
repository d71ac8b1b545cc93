/**
 * Pushes the events of a stream to whoever follows them. A round takes the records of one delivery. What followers have
 * is kept in memory between rounds, as long as no other process had a turn; otherwise every symbol begins anew, and its
 * followers get snapshots. Whoever did not get something, for whatever reason, gets a snapshot in a later round. No
 * later round may come by itself, so what is late is noted before the round ends, and somebody wakes it (ports/
 * late-pushes.ts).
 */

import type { EventRecord, SymbolEvents } from '../../ports/event-record.ts'
import { inParallel } from '../../ports/in-parallel.ts'
import type { LatePush } from '../../ports/late-pushes.ts'
import type { BookState } from '../../protocol/book-state.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { PUSH_READS_IN_FLIGHT_MAX, PUSH_ROUND_MS_MAX } from '../../protocol/limits.ts'
import { NotedPushes } from './noted-pushes.ts'
import { Outbox } from './outbox.ts'
import { OwnOrders } from './own-orders.ts'
import { postOutbox } from './post-outbox.ts'
import { PublishedMarket } from './published-market.ts'
import type { PushPorts } from './push-ports.ts'
import { PushedSymbol } from './pushed-symbol.ts'
import { readViews } from './read-views.ts'
import { readSymbolTasks, type SymbolTask } from './symbol-tasks.ts'

export class MarketPushes {
  private readonly ports: PushPorts
  private readonly instruments: ReadonlyMap<string, Instrument>
  private readonly market: PublishedMarket
  private readonly symbols = new Map<string, PushedSymbol>()
  private readonly noted: NotedPushes
  private orders: OwnOrders
  /** A symbol of the shard. */
  private ofShard = ''
  /** Symbols of which a follower lacks something. They may have no further event. */
  private readonly behind = new Set<string>()
  /** Connections that did not get everything in the last round. */
  private slow: ReadonlySet<string> = new Set()

  constructor(ports: PushPorts, instruments: ReadonlyMap<string, Instrument>) {
    this.ports = ports
    this.instruments = instruments
    this.market = new PublishedMarket(ports)
    this.noted = new NotedPushes(ports)
    this.orders = new OwnOrders(ports, instruments)
  }

  /**
   * Takes the next records of a shard. After `endMs` nothing is posted. Throws OperationalFailure if it is not known who
   * has pushed last, before anything was posted, or if what is late could not be noted. The same records may come again.
   */
  async push(shardId: string, records: readonly EventRecord[], endMs: number): Promise<void> {
    const { ports } = this
    if (!(await ports.turns.take(shardId))) this.forgetAll()
    for (const record of records) {
      this.ofShard = record.symbol
      if (record.kind === 'wake') this.wake(record)
    }
    const outbox = new Outbox()
    const events = records.filter((record) => record.kind === 'events')
    await Promise.all([this.pushSymbols(records, outbox), this.pushOrders(events, outbox)])
    const lastMs = Math.min(endMs, ports.nowMs() + PUSH_ROUND_MS_MAX)
    this.slow = await postOutbox(outbox, ports, lastMs, this.slow)
    for (const connectionId of this.slow) this.miss(connectionId, outbox)
    await this.noted.agree(this.late())
  }

  private wake({ symbol, account }: LatePush): void {
    this.noted.found({ symbol, ...(account !== undefined && { account }) })
    if (account !== undefined) this.orders.miss(account)
  }

  private late(): LatePush[] {
    const symbols = [...this.behind].map((symbol) => ({ symbol }))
    const accounts = [...this.orders.late].map((account) => ({ symbol: this.ofShard, account }))
    return [...symbols, ...accounts]
  }

  private forgetAll(): void {
    this.symbols.clear()
    this.noted.forgetAll()
    this.orders = new OwnOrders(this.ports, this.instruments)
  }

  private async pushSymbols(records: readonly EventRecord[], outbox: Outbox): Promise<void> {
    const { ports } = this
    const behind = [...this.behind]
    this.behind.clear()
    const tasks = await readSymbolTasks(records, behind, ports, (symbol, cause) => this.fail(symbol, cause))
    for (const { followers } of tasks)
      for (const { connectionId, topic } of followers) outbox.found(connectionId, topic)
    const views = await readViews(tasks, ports)
    await inParallel(tasks, PUSH_READS_IN_FLIGHT_MAX, async (task) => {
      try {
        await this.pushSymbol(task, views.get(task.symbol), outbox)
      } catch (cause) {
        this.fail(task.symbol, cause)
      }
    })
  }

  private async pushSymbol(task: SymbolTask, view: BookState | undefined, outbox: Outbox): Promise<void> {
    const { symbol, events, followed } = task
    const instrument = this.instruments.get(symbol)
    if (followed.size === 0 || instrument === undefined) {
      this.symbols.delete(symbol)
      return
    }
    const { market, ports } = this
    const begin = async () => {
      if (task.hasStayed) ports.metrics.add('marketRestarts', 1)
      return PushedSymbol.begin(instrument, market, ports, events)
    }
    const round = { events, followed, view }
    let pushed = this.symbols.get(symbol) ?? (await begin())
    let result = await pushed?.push(round, outbox)
    if (result === 'lost') {
      pushed = await begin()
      result = await pushed?.push(round, outbox)
    }
    if (pushed === undefined) this.symbols.delete(symbol)
    else this.symbols.set(symbol, pushed)
    if (result !== 'done') this.behind.add(symbol)
  }

  private async pushOrders(events: readonly SymbolEvents[], outbox: Outbox): Promise<void> {
    const { orders } = this
    try {
      await orders.push(events, outbox)
    } catch (cause) {
      this.ports.trouble('own orders were not pushed; their followers get snapshots', cause)
      this.orders = new OwnOrders(this.ports, this.instruments, orders.unfinished)
    }
  }

  /** The symbol begins anew with the next round, whatever that brings. */
  private fail(symbol: string, cause: unknown): void {
    this.symbols.delete(symbol)
    this.behind.add(symbol)
    this.ports.trouble(`${symbol} was not pushed; its followers get snapshots`, cause)
  }

  /** A connection did not get all messages of the round. */
  private miss(connectionId: string, outbox: Outbox): void {
    for (const topic of outbox.seenOf(connectionId)) {
      if (topic.channel === 'orders') this.orders.miss(topic.account)
      else if (this.symbols.get(topic.symbol)?.forget(connectionId) !== false) this.behind.add(topic.symbol)
    }
  }
}
