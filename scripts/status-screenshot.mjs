// Makes docs/operate/status.png: runs a real exchange under load, takes the text that `bidding-exchange status` shows on
// a terminal, and draws it with Chromium. Needs a build (npm run build) and `chromium`.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { exchangeStatus } from '../dist/entrypoints/status/exchange-status.js'
import { readExchange } from '../dist/entrypoints/status/read-exchange.js'
import { statusScreen } from '../dist/entrypoints/status/status-screen.js'
import { startExchange } from './started-exchange.mjs'

const WIDTH = 116
const LOAD_MS = 12_000
const CLIENTS = 6
const FOLLOWERS = 12
/** A market price of each symbol. */
const MARKETS = { BTCUSD: 60_000, ETHUSD: 3_000, 'ENERGY-DE': 80, SOLUSD: 140, XRPUSD: 2 }

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'exchange-status-'))
const { child, url } = await startExchange(join(folder, 'data'), ['--rate-limit', '1000000'])
try {
  for (const symbol of ['SOLUSD', 'XRPUSD']) {
    await post(url, '/instruments', {
      symbol,
      base: symbol.slice(0, 3),
      quote: 'USD',
      tickSize: '0.0001',
      lotSize: '0.001',
    })
  }
  const followers = await Promise.all(Array.from({ length: FOLLOWERS }, () => follow(url)))
  const untilMs = Date.now() + LOAD_MS
  const load = Promise.all(Array.from({ length: CLIENTS }, (_, client) => trade(url, client, untilMs)))
  await after(LOAD_MS / 2)
  const before = await readExchange({ url })
  await after(3_000)
  const now = await readExchange({ url })
  await load
  for (const socket of followers) socket.close()
  const shown = exchangeStatus('http://127.0.0.1:3000', now, before)
  draw(statusScreen(shown, { width: WIDTH, colors: true }))
} finally {
  child.kill()
  await new Promise((resolve) => child.once('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
}

async function post(url, path, body) {
  const headers = { 'Content-Type': 'application/json' }
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  return response.text()
}

function follow(url) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
  const request = { id: 1, op: 'subscribe', channel: 'book', symbols: ['BTCUSD', 'ETHUSD', 'SOLUSD'], depth: 10 }
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.send(JSON.stringify(request))
      resolve(socket)
    })
    socket.once('error', reject)
  })
}

/** Batches of orders around the market price. Some trade, some rest, some are canceled. */
async function trade(url, client, untilMs) {
  const symbols = Object.keys(MARKETS)
  for (let batch = 0; Date.now() < untilMs; batch++) {
    const orders = Array.from({ length: 60 }, (_, i) => {
      const symbol = symbols[Math.floor(Math.random() ** 2 * symbols.length)]
      const side = Math.random() < 0.5 ? 'BUY' : 'SELL'
      const away = (Math.random() - 0.15) * 0.01 * (side === 'BUY' ? -1 : 1)
      const price = (MARKETS[symbol] * (1 + away)).toFixed(2)
      const timeInForce = Math.random() < 0.3 ? 'IOC' : 'GTC'
      return { orderId: `c${client}-${batch}-${i}`, symbol, side, quantity: '1', price, timeInForce }
    })
    await post(url, '/orders/batch', { orders })
  }
}

function draw(lines) {
  const COLORS = { 31: '#ff6b6b', 32: '#50d890', 33: '#f2c55c', 36: '#5cc8f2' }
  const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences of a terminal begin with one
  const html = lines.join('\n').replaceAll(/\u001b\[([\d;]+)m(.*?)\u001b\[0m/g, (_, codes, text) => {
    const styles = codes
      .split(';')
      .map((code) => (code === '1' ? 'font-weight:700' : code === '2' ? 'color:#7d8799' : `color:${COLORS[code]}`))
    return `\u0001span style="${styles.join(';')}"\u0002${text}\u0001/span\u0002`
  })
  const body = escaped(html).replaceAll('\u0001', '<').replaceAll('\u0002', '>')
  const page = `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: #0d1117; }
    header { background: #1c2330; padding: 11px 16px; font: 13px sans-serif; color: #9aa4b5; display: flex; gap: 8px; align-items: center; }
    header i { width: 12px; height: 12px; border-radius: 6px; background: #ff5f57; }
    header i:nth-child(2) { background: #febc2e } header i:nth-child(3) { background: #28c840 }
    header span { margin-left: 12px }
    pre { margin: 0; padding: 18px 22px 22px; color: #d7dde8; font: 14px/20px 'DejaVu Sans Mono', monospace; }
  </style><header><i></i><i></i><i></i><span>bidding-exchange status --watch</span></header><pre>${body}</pre>`
  const file = join(folder, 'status.html')
  writeFileSync(file, page)
  const [width, height] = [Math.ceil(WIDTH * 8.43 + 44), 38 + 40 + lines.length * 20]
  execFileSync(
    'chromium',
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      '--force-device-scale-factor=1.5',
      `--window-size=${width},${height}`,
      `--screenshot=${join(root, 'docs/operate/status.png')}`,
      `file://${file}`,
    ],
    { stdio: 'ignore', timeout: 120_000 },
  )
}
