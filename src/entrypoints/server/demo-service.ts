/** The demo market of `bidding-exchange start`: its ports on an open core, and what users see of it. Wiring only. */

import { pathsOf } from '../../adapters/embedded/data-directory.ts'
import { demoMarker } from '../../adapters/embedded/demo-marker.ts'
import type { Core } from '../../adapters/embedded/threads/open-core.ts'
import { SeededMarket } from '../../demo-market/seeded-market.ts'
import type { EntryPorts } from '../../entry/entry-ports.ts'
import type { DemoMarket, DemoRefusal } from '../../ports/demo-market.ts'
import { UsageError } from '../options.ts'
import type { StartOptions } from './start-options.ts'

/** Throws BadDemoMarker. */
export function demoService(core: Core, entry: EntryPorts, onFailed: (reason: string) => void): SeededMarket {
  return new SeededMarket({
    entry,
    bookReader: core.client,
    directory: {
      ...demoMarker(pathsOf(core.summary.dataPath).demoMarket),
      holdsOrders: async () => {
        const { openOrders, trades } = await core.client.stats()
        return openOrders > 0 || trades > 0 || core.reader.holdsClosedOrders()
      },
    },
    onFailed,
  })
}

/** What `/health` says of it. */
export function demoHealth(demo: DemoMarket) {
  const { running, settings } = demo.status()
  return running ? { running, ...settings } : { running }
}

const REFUSALS: Readonly<Record<DemoRefusal, (dataPath: string) => string>> = {
  not_empty: (dataPath) =>
    `--demo is refused: ${dataPath} has orders that are not those of a demo market. ` +
    'Choose another directory with --data, or add --demo-anyway',
  no_instrument: (dataPath) => `--demo is refused: ${dataPath} has no open instrument`,
  running: () => '--demo is refused: it is running',
}

/** Throws {@link UsageError} if `--demo` would be refused. */
export async function checkDemo(demo: SeededMarket, core: Core, { demo: asked }: StartOptions): Promise<void> {
  if (asked === undefined) return
  const refusal = await demo.refusal(asked.anyway)
  if (refusal !== undefined) throw new UsageError(REFUSALS[refusal](core.summary.dataPath))
}
