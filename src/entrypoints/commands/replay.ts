/** `bidding-exchange replay`: starts an exchange and sends it the orders of a file. Configuration and wiring only. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCore } from '../../adapters/embedded/threads/open-core.ts'
import { DEMO_INSTRUMENTS } from '../../protocol/instrument/instrument.ts'
import {
  EXIT_DONE,
  EXIT_FAILED,
  EXIT_USAGE,
  parseReplayArguments,
  type ReplayCommand,
} from '../../replay/command-line.ts'
import { printSample } from '../../replay/print-sample.ts'
import { runReplay } from '../../replay/run-replay.ts'
import { readVenueFile } from '../../replay/venue-file.ts'
import { THREADS } from '../threads.ts'

/** The account of the orders of a replay. */
const ACCOUNT = 'replay'

export async function replay(argv: string[]): Promise<number> {
  const request = parseReplayArguments(argv)
  switch (request.kind) {
    case 'help':
      process.stdout.write(request.text)
      return EXIT_DONE
    case 'usage':
      console.error(`bidding-exchange replay: ${request.message}`)
      return EXIT_USAGE
    case 'sample':
      await printSample(request, process.stdout)
      return EXIT_DONE
    case 'replay':
      try {
        await feed(request)
        return EXIT_DONE
      } catch (cause) {
        console.error(`bidding-exchange replay: ${cause instanceof Error ? cause.message : cause}`)
        return EXIT_FAILED
      }
  }
}

async function feed(command: ReplayCommand): Promise<void> {
  const rows = await readVenueFile(command.file)
  const dataPath = command.data ?? mkdtempSync(join(tmpdir(), 'exchange-replay-'))
  try {
    await feedInto(dataPath, rows, command)
  } catch (cause) {
    if (command.data === undefined) rmSync(dataPath, { recursive: true, force: true })
    throw cause
  }
  console.error(`The data of this exchange is in ${dataPath}. To verify it: bidding-exchange verify --data ${dataPath}`)
}

type Rows = Awaited<ReturnType<typeof readVenueFile>>

async function feedInto(dataPath: string, rows: Rows, command: ReplayCommand): Promise<void> {
  const core = await openCore(
    THREADS,
    { dataPath, seed: DEMO_INSTRUMENTS, accountOpenOrdersMax: Number.MAX_SAFE_INTEGER },
    { onLog: (_, message, fields) => console.error(message, fields), onFailed: (message) => console.error(message) },
  )
  try {
    const instrument = core.instruments.get(command.symbol)
    if (instrument === undefined) {
      throw new Error(`no instrument ${command.symbol}; there are ${[...core.instruments.keys()].join(', ')}`)
    }
    await runReplay(rows, command, {
      instrument,
      account: ACCOUNT,
      orderEntry: core.client,
      bookReader: core.client,
      tradeTotals: () => core.reader.totals(command.symbol),
      filledOf: async (orderId) => (await core.reader.get(ACCOUNT, orderId))?.filled,
    })
  } finally {
    await core.stop()
  }
}
