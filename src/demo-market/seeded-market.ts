/**
 * The demo market of one exchange: at most one run at a time. It notes each run in the data directory before the first
 * command, so that a directory in which a demo market has ever run is known, and so that no order id is used twice.
 */

import type { EntryPorts } from '../entry/entry-ports.ts'
import type { BookReader } from '../ports/book-reader.ts'
import type { DemoDirectory } from '../ports/demo-directory.ts'
import type { DemoMarket, DemoRefusal, DemoSettings, DemoStatus } from '../ports/demo-market.ts'
import { DEMO_RATE_DEFAULT, DEMO_SEED_DEFAULT } from '../protocol/limits.ts'
import { DemoGenerator } from './generator.ts'
import { cancelAll, MarketRun } from './market-run.ts'
import { type MarketTerms, marketTerms } from './market-terms.ts'

export interface DemoPorts {
  readonly entry: EntryPorts
  readonly bookReader: BookReader
  readonly directory: DemoDirectory
  /** A run has ended by itself. */
  readonly onFailed: (reason: string) => void
}

export class SeededMarket implements DemoMarket {
  private readonly ports: DemoPorts
  private settings: DemoSettings = DEFAULTS
  private startedAtMs: number | undefined
  private current: MarketRun | undefined
  private failure: string | undefined
  private running = false
  private closed = false
  /** Ends with the commands of the last run. */
  private sending: Promise<void> = Promise.resolve()
  /** Starts and stops follow one another. */
  private turn: Promise<unknown> = Promise.resolve()

  constructor(ports: DemoPorts) {
    this.ports = ports
  }

  status(): DemoStatus {
    const { running, settings, startedAtMs, failure } = this
    const { commands = 0, rejected = 0 } = this.current?.counts ?? {}
    return { running, settings, run: this.ports.directory.lastRun() ?? 0, startedAtMs, commands, rejected, failure }
  }

  /** Why a start would be refused; undefined: it would not. Throws OperationalFailure. */
  async refusal(anyway: boolean): Promise<DemoRefusal | undefined> {
    const { directory } = this.ports
    if (!anyway && directory.lastRun() === undefined && (await directory.holdsOrders())) return 'not_empty'
    return this.openInstruments().length === 0 ? 'no_instrument' : undefined
  }

  start(settings: Partial<DemoSettings>, anyway: boolean): Promise<DemoStatus | DemoRefusal> {
    return this.inTurn(() => this.begin(settings, anyway))
  }

  stop(): Promise<DemoStatus> {
    return this.inTurn(async () => {
      await this.end()
      // Also after a run that has failed, and after a stop whose cancel failed: their orders may be open.
      if (this.ports.directory.lastRun() !== undefined) await cancelAll(this.ports.entry)
      return this.status()
    })
  }

  /** Sends nothing more, for example because the exchange stops. The next run cancels what is open. */
  async close(): Promise<void> {
    this.closed = true
    await this.end()
  }

  private inTurn<T>(call: () => Promise<T>): Promise<T> {
    const result = this.turn.then(call)
    this.turn = result.catch(() => {})
    return result
  }

  private async begin(asked: Partial<DemoSettings>, anyway: boolean): Promise<DemoStatus | DemoRefusal> {
    const settings = { ...(this.running ? this.settings : DEFAULTS), ...defined(asked) }
    if (this.running) return isSame(settings, this.settings) ? this.status() : 'running'
    const refusal = await this.refusal(anyway)
    if (refusal !== undefined) return refusal
    const { directory, entry } = this.ports
    const run = (directory.lastRun() ?? 0) + 1
    directory.noteRun(run)
    const instruments = await this.terms()
    const { seed, rate } = settings
    const generator = new DemoGenerator({ seed, rate, instruments, idPrefix: `demo-${seed}-${run}-` })
    const market = new MarketRun(entry, generator, rate)
    if (this.closed) return this.status()
    Object.assign(this, { settings, current: market, startedAtMs: Date.now(), failure: undefined, running: true })
    try {
      await market.open()
    } catch (cause) {
      this.running = false
      throw cause
    }
    this.sending = market.send().catch((cause) => this.fail(cause))
    return this.status()
  }

  private async end(): Promise<void> {
    this.current?.stop()
    await this.sending
    this.running = false
  }

  private fail(cause: unknown): void {
    this.running = false
    this.failure = cause instanceof Error ? cause.message : String(cause)
    if (!this.closed) this.ports.onFailed(this.failure)
  }

  private openInstruments() {
    return [...this.ports.entry.instruments.values()].filter(({ closed }) => !closed)
  }

  private async terms(): Promise<MarketTerms[]> {
    const terms: MarketTerms[] = []
    for (const instrument of this.openInstruments()) {
      const { lastTradePrice } = await this.ports.bookReader.book(instrument.symbol, 0)
      terms.push(marketTerms(instrument, lastTradePrice ?? undefined))
    }
    return terms
  }
}

const DEFAULTS: DemoSettings = { seed: DEMO_SEED_DEFAULT, rate: DEMO_RATE_DEFAULT }

const isSame = (a: DemoSettings, b: DemoSettings): boolean => a.seed === b.seed && a.rate === b.rate

/** Without the fields that are undefined. */
const defined = ({ seed, rate }: Partial<DemoSettings>): Partial<DemoSettings> => ({
  ...(seed !== undefined && { seed }),
  ...(rate !== undefined && { rate }),
})
