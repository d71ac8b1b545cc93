/**
 * The records of the order log, read from its files without writing. The file of the last frames may be growing: its
 * complete frames are read, and the reader decides where it stops.
 */

import type { MalformedLine, Position, StreamRecord } from '../../../ports/order-stream.ts'
import type { Command } from '../../../protocol/command/commands.ts'
import { LineReader } from '../../../protocol/command/line-reader.ts'
import { MalformedCommand } from '../../../protocol/command/undecodable-line.ts'
import { type Instrument, type InstrumentText, parseInstrument } from '../../../protocol/instrument/instrument.ts'
import type { Frame } from './log-frame.ts'
import { readFrames } from './log-segments.ts'

const RECORDS_PER_READ = 64
const NEWLINE = 10
/** The position of a record is the number of its last command, padded so that it compares as text. */
export const positionOf = (lastCommand: number): Position => String(lastCommand).padStart(16, '0')

/**
 * The records after `after` in order, in batches, up to `to` or the end. `instruments` are those defined up to `after`.
 * Bytes behind `to` are not looked at, because they may be half written. Throws DamagedLog, UnknownVersion and
 * UnknownCommand.
 */
export function* readRecords(
  directory: string,
  after: Position,
  instruments: Iterable<InstrumentText>,
  to?: Position,
): Generator<readonly StreamRecord[]> {
  const known = new Map<string, Instrument>()
  for (const instrument of instruments) known.set(instrument.symbol, parseInstrument(instrument))
  const reader = new LineReader(known)
  let records: StreamRecord[] = []
  for (const frame of readFrames(directory, after === '' ? 0 : Number(after))) {
    const record = recordOf(frame, reader, known)
    records.push(record)
    if (to !== undefined && record.position >= to) break
    if (records.length === RECORDS_PER_READ) {
      yield records
      records = []
    }
  }
  if (records.length > 0) yield records
}

/** Adds the instruments that the frame defines to `known`, so that later lines can be read. Throws UnknownCommand. */
function recordOf(
  { payload, firstCommand, ...frame }: Frame,
  reader: LineReader,
  known: Map<string, Instrument>,
): StreamRecord {
  const commands: Command[] = []
  const malformed: MalformedLine[] = []
  for (let from = 0, to = 0, number = firstCommand; from < payload.length; from = to + 1, number++) {
    to = payload.indexOf(NEWLINE, from)
    if (to < 0) to = payload.length
    try {
      const command = reader.read(payload, from, to)
      if (command.kind === 'DefineInstrument' && !known.has(command.symbol)) {
        known.set(command.symbol, parseInstrument(command))
      }
      commands.push(command)
    } catch (cause) {
      if (!(cause instanceof MalformedCommand)) throw cause
      malformed.push({ position: positionOf(number), line: payload.toString('utf8', from, to), error: cause.message })
    }
  }
  const { timestampMs, commandCount } = frame
  const record = { position: positionOf(firstCommand + commandCount - 1), timestampMs, commands }
  return malformed.length === 0 ? record : { ...record, malformed }
}
