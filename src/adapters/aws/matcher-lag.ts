/**
 * How far the matching of each symbol is behind what this process has put into the stream. From time to time it
 * remembers the position and the time of an append, and compares these with the symbol's mark. The lag is the age of
 * the oldest append that the mark had not reached when it was read. Nothing is assumed: a symbol without such an
 * append, or with a mark that could not be read, has no lag.
 *
 * Beyond a limit, orders are refused, so that no client waits for an order that will be matched much later. The
 * limit is for a matcher that advances, because fewer orders help it. One that stands still is being rebuilt, which
 * takes up to three minutes, or has failed; its limit is higher. Cancels have the highest. Once refused, orders are
 * accepted again at half of the limit. Commands to all symbols and those of operators are never refused.
 *
 * A mark is read if an append is older than a few seconds, before a call is accepted, at most once a second.
 */

import type { Failed } from '../../ports/order-entry.ts'
import type { Position } from '../../ports/order-stream.ts'
import type { Command } from '../../protocol/command/commands.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import type { DynamoMarks } from './dynamodb-marks.ts'

export interface MatcherLagParts {
  readonly marks: Pick<DynamoMarks, 'marks'>
  readonly nowMs: () => number
  /** The limit for new orders and amendments while the matcher advances. */
  readonly limitMs: number
  /** Called when the orders of a symbol begin to be refused and when they are accepted again, and for failed reads. */
  readonly warn: (message: string, cause?: unknown) => void
  /** Called for each command that is refused. */
  readonly refused?: () => void
}

const LIMIT_SECONDS = 30
/** Times the limit. At the default: 5 minutes, and 10. */
const STANDING_STILL = 10
const CANCELS = 20

const READ_INTERVAL_MS = 1_000
/** A matcher that keeps up needs less, and costs one read in this time for each symbol. */
const READ_AFTER_MS = 5_000
/** What was read longer ago says nothing about now. */
const KNOWN_FOR_MS = 10_000
const SAMPLE_INTERVAL_MS = 1_000
const SAMPLES_MAX = 64
/** Rows of one read. */
const SYMBOLS_PER_READ = 100

interface Sample {
  readonly position: Position
  readonly atMs: number
}

interface SymbolLag {
  /** Appends that the mark has not reached, oldest first. */
  samples: Sample[]
  position: Position
  /** When the mark was last seen at another position than before. */
  movedAtMs: number
  readAtMs: number
  lagMs: number
  refusing: boolean
}

/** The limit from the text of a setting. 0: no limit. Throws RangeError, so that a misspelling does not remove it. */
export function limitMsOf(seconds: string | undefined): number {
  const value = Number(seconds ?? LIMIT_SECONDS)
  if (!(value >= 0)) throw new RangeError(`LAG_LIMIT_SECONDS is a number of seconds, not ${seconds}`)
  return value * 1_000
}

export class MatcherLag {
  private readonly parts: MatcherLagParts
  private readonly symbols = new Map<string, SymbolLag>()
  private triedAtMs = Number.NEGATIVE_INFINITY

  constructor(parts: MatcherLagParts) {
    this.parts = parts
  }

  appended(symbol: string, position: Position): void {
    const atMs = this.parts.nowMs()
    let known = this.symbols.get(symbol)
    if (known === undefined) {
      known = { samples: [], position: '', movedAtMs: -Infinity, readAtMs: -Infinity, lagMs: 0, refusing: false }
      this.symbols.set(symbol, known)
    }
    const { samples } = known
    if (samples.length > 0 && atMs - samples[samples.length - 1].atMs < SAMPLE_INTERVAL_MS) return
    // With half of them the lag is known a little less exactly.
    if (samples.length === SAMPLES_MAX) known.samples = samples.filter((_, i) => i % 2 === 0)
    known.samples.push({ position, atMs })
  }

  /** Reads the marks of those symbols of a call for which it is time. Never throws for a read that failed. */
  async refresh(commands: readonly Command[]): Promise<void> {
    const { marks, nowMs, warn } = this.parts
    const startMs = nowMs()
    if (startMs - this.triedAtMs < READ_INTERVAL_MS) return
    const due = new Set<string>()
    for (const { symbol } of commands) {
      const oldest = symbol === undefined ? undefined : this.symbols.get(symbol)?.samples[0]
      if (oldest !== undefined && startMs - oldest.atMs >= READ_AFTER_MS) due.add(symbol as string)
    }
    if (due.size === 0) return
    this.triedAtMs = startMs
    const readAtMs = (symbol: string) => this.symbols.get(symbol)?.readAtMs ?? 0
    // Those that were not read for longest, so that each of many has its turn.
    const turn = [...due]
      .sort((a, b) => Number(readAtMs(a) > readAtMs(b)) - Number(readAtMs(a) < readAtMs(b)))
      .slice(0, SYMBOLS_PER_READ)
    try {
      const found = await marks.marks(turn, false)
      for (const symbol of turn) this.compare(symbol, found.get(symbol)?.position ?? '', startMs)
    } catch (cause) {
      if (!(cause instanceof OperationalFailure)) throw cause
      warn('the marks could not be read, so the lag of the matcher is not known', cause)
    }
  }

  /** Why a command is refused; undefined: it is not. */
  overloadOf(command: Command): Failed | undefined {
    const known = 'orderId' in command ? this.symbols.get(command.symbol) : undefined
    const { limitMs, nowMs, refused } = this.parts
    if (known === undefined || nowMs() - known.readAtMs > KNOWN_FOR_MS) return undefined
    const isRefused = command.kind === 'CancelOrder' ? known.lagMs > CANCELS * limitMs : known.refusing
    if (!isRefused) return undefined
    refused?.()
    return {
      kind: 'failed',
      code: 'overloaded',
      message: `the matching of ${command.symbol} is ${secondsOf(known.lagMs)} s behind`,
      retryable: true,
      retryAfterMs: Math.min(limitMs, Math.max(READ_INTERVAL_MS, known.lagMs - limitMs / 2)),
    }
  }

  private compare(symbol: string, position: Position, atMs: number): void {
    const known = this.symbols.get(symbol)
    if (known === undefined) return
    const { limitMs } = this.parts
    if (position > known.position) {
      // The first position that is read is no movement.
      if (known.readAtMs > -Infinity) known.movedAtMs = atMs
      known.position = position
    }
    known.readAtMs = atMs
    known.samples = known.samples.filter((sample) => sample.position > position)
    known.lagMs = known.samples.length === 0 ? 0 : atMs - known.samples[0].atMs
    const limit = atMs - known.movedAtMs < limitMs ? limitMs : limitMs * STANDING_STILL
    const refusing = known.lagMs > limit || (known.refusing && known.lagMs > limitMs / 2)
    if (refusing !== known.refusing) {
      known.refusing = refusing
      const what = refusing ? 'its orders are refused' : 'its orders are accepted again'
      this.parts.warn(`the matching of ${symbol} is ${secondsOf(known.lagMs)} s behind; ${what}`)
    }
  }
}

const secondsOf = (durationMs: number): number => Math.round(durationMs / 1000)
