// Makes docs/screen/*.png: the trading screen in the states that matter, in front of a real exchange with the demo
// market. The seed, the sizes and the words that are typed are fixed, so a run repeats the last one but for its times.
// Needs a build (npm run build) and Chromium. `npm run screenshots -- dark light` makes only these.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { palettePng } from './palette-png.mjs'
import { startExchange } from './started-exchange.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = process.env.SCREENSHOTS_DIR ?? join(root, 'docs/screen')
const folder = mkdtempSync(join(tmpdir(), 'exchange-screenshots-'))

const SIZE = { width: 1440, height: 900 }
const NARROW = { width: 390, height: 844 }
/** Two candles of a minute and some hundred trades. */
const DEMO_MS = Number(process.env.SCREENSHOTS_DEMO_MS ?? 90_000)
const BYTES_MAX = 200_000
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']

/** Name, size, settings besides the defaults, the address behind the page, and what is done before the picture. */
const SHOTS = [
  { name: 'empty', exchange: 'empty', size: SIZE, settings: { theme: 'dark' } },
  { name: 'dark', size: SIZE, settings: { theme: 'dark', interval: '1s' }, prepare: ownOrders },
  { name: 'light', size: SIZE, settings: { theme: 'light', interval: '1s' } },
  { name: 'light-safe-palette', size: SIZE, settings: { theme: 'light', palette: 'safe', bookView: 'depth' } },
  { name: 'wide', size: { width: 2560, height: 1300 }, settings: { theme: 'dark', interval: '1s' } },
  {
    name: 'drawer',
    size: { width: 1100, height: 800 },
    settings: { theme: 'dark' },
    prepare: (page) => page.keyboard.press('b'),
  },
  { name: 'narrow-chart', size: NARROW, settings: { theme: 'dark', interval: '1s' } },
  { name: 'narrow-book', size: NARROW, settings: { theme: 'dark' }, prepare: tab('Book') },
  { name: 'narrow-ticket', size: NARROW, settings: { theme: 'light' }, prepare: tab('Ticket') },
  { name: 'narrow-orders', size: NARROW, settings: { theme: 'dark' }, prepare: narrowOrders },
  { name: 'ticket-error', size: SIZE, settings: { theme: 'dark' }, prepare: wrongOrder },
  { name: 'ticket-confirm', size: SIZE, settings: { theme: 'light' }, prepare: fatFinger },
  { name: 'amend', size: SIZE, settings: { theme: 'light' }, prepare: amend },
  { name: 'keys', size: SIZE, settings: { theme: 'dark' }, prepare: (page) => page.keyboard.press('?') },
  {
    name: 'settings',
    size: SIZE,
    settings: { theme: 'dark' },
    prepare: (page) => page.getByRole('button', { name: 'Settings' }).click(),
  },
  { name: 'switcher', size: SIZE, settings: { theme: 'dark' }, prepare: (page) => page.keyboard.press('/') },
  { name: 'operations', size: SIZE, settings: { theme: 'dark' }, hash: '#/operations', settleMs: 15_000 },
  { name: 'operations-light', size: SIZE, settings: { theme: 'light' }, hash: '#/operations', settleMs: 15_000 },
  { name: 'operations-narrow', size: NARROW, settings: { theme: 'dark' }, hash: '#/operations', settleMs: 8_000 },
  { name: 'disconnected', size: SIZE, settings: { theme: 'dark', interval: '1s' }, prepare: disconnect },
]

const running = new Map()
const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', args: FLAGS })
try {
  mkdirSync(target, { recursive: true })
  const wanted = process.argv.slice(2)
  const shots = SHOTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  if (shots.some(({ exchange }) => exchange !== 'empty')) {
    await start('demo', ['--demo', '--demo-seed', '1', '--demo-rate', '50'])
    await after(DEMO_MS)
  }
  if (shots.some(({ exchange }) => exchange === 'empty')) await start('empty', [])
  for (const shot of shots) {
    await take(shot).catch((cause) => {
      console.error(`${shot.name}: ${cause.message}`)
      process.exitCode = 1
    })
  }
} finally {
  await browser.close()
  for (const { child } of running.values()) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}

async function take({ name, exchange = 'demo', size, settings, hash = '', prepare, settleMs = 3_000 }) {
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce', timezoneId: 'UTC' })
  const page = await context.newPage()
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) console.error(`${name}: ${message.text()}`)
  })
  await context.addInitScript(
    (text) => localStorage.setItem('bidding-exchange.screen', text),
    JSON.stringify({ version: 1, ...settings }),
  )
  await page.goto(`${running.get(exchange).url}/${hash}`)
  await after(settleMs)
  await prepare?.(page)
  await after(1_000)
  const path = join(target, `${name}.png`)
  const bytes = palettePng(await page.screenshot())
  writeFileSync(path, bytes)
  await context.close()
  console.log(`${name}.png ${Math.round(bytes.length / 1000)} KB${bytes.length > BYTES_MAX ? ': too large' : ''}`)
}

function tab(name) {
  return (page) => page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name }).click()
}

/** Each picture shows the same whether or not another was made before, so it places its own orders. */
async function narrowOrders(page) {
  await tab('Ticket')(page)
  for (const [price, quantity] of [
    ['49000', '0.25'],
    ['48990.5', '1.5'],
    ['48950.25', '0.75'],
  ]) {
    await place(page, price, quantity)
  }
  await tab('Orders')(page)
}

/** Three open orders around the market, one of which trades. */
async function ownOrders(page) {
  const levels = async (side) => {
    const found = page.getByRole('rowgroup', { name: side }).getByRole('button')
    return (await found.allTextContents()).map((text) => text.replaceAll(',', '')).filter((text) => text !== '')
  }
  const bids = await levels('Bids')
  for (const [price, quantity] of [
    [bids[1], '0.25'],
    [bids[3], '1.5'],
    [bids[5], '0.75'],
  ]) {
    await place(page, price, quantity)
  }
  await page.getByRole('button', { name: 'Market', exact: true }).click()
  await page.getByLabel('Quantity', { exact: true }).fill('0.05')
  await page.keyboard.press('Enter')
  await after(2_000)
  await page.getByRole('button', { name: 'Limit', exact: true }).click()
  await page.getByLabel('Quantity', { exact: true }).fill('0.5')
  await page.locator('body').click({ position: { x: 720, y: 4 } })
  await after(7_000)
}

async function place(page, price, quantity) {
  await page.getByLabel('Price', { exact: true }).fill(price)
  await page.getByLabel('Quantity', { exact: true }).fill(quantity)
  await page.keyboard.press('Enter')
  await after(800)
}

async function wrongOrder(page) {
  await page.getByLabel('Price', { exact: true }).fill('50000.005')
  await page.getByLabel('Quantity', { exact: true }).fill('0.5x')
  await page.keyboard.press('Enter')
}

async function fatFinger(page) {
  await page.getByLabel('Price', { exact: true }).fill('90000')
  await page.getByLabel('Quantity', { exact: true }).fill('500')
  await page.keyboard.press('Enter')
}

async function amend(page) {
  await place(page, '49000', '0.5')
  await page.getByTitle('Amend the price').first().click()
  await page.getByLabel('New price').fill('1.001')
  await page.keyboard.press('Enter')
}

async function disconnect() {
  running.get('demo').child.kill('SIGKILL')
  await after(9_000)
}

async function start(name, words) {
  running.set(name, await startExchange(join(folder, name), words))
}
