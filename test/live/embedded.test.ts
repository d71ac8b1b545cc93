/** Live market data of the process of one machine. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256Hex } from '../../src/entry/api-keys.ts'
import { removeLater, startExchange } from '../e2e/running-exchange.ts'
import { ACCOUNTS, keyOf, type LiveExchange } from './live-exchange.ts'
import { liveSuite } from './live-suite.ts'

async function start(): Promise<LiveExchange> {
  const data = removeLater()
  const keys = join(removeLater(), 'keys.json')
  const rows = ACCOUNTS.map((account) => ({ account, keySha256: sha256Hex(keyOf(account)) }))
  writeFileSync(keys, JSON.stringify(rows), { mode: 0o600 })
  let running = await startExchange(data, ['--api-keys', keys])
  const { url } = running
  return {
    url,
    interrupt: async () => {
      await running.stop('SIGKILL')
      running = await startExchange(data, ['--api-keys', keys, '--port', new URL(url).port])
    },
    stop: async () => void (await running.stop('SIGKILL')),
  }
}

liveSuite('one machine', 1, start)
