/**
 * Trades at a constant rate: each request is a batch of an order and the order that fills it. So each makes three events,
 * and the last of them is the trade. It notes when each request was answered.
 */

import { machineMs, RawSocket } from './raw-socket.ts'

export interface TradePairs {
  /** When the request of each trade was answered, by `machineMs`. */
  readonly answeredMs: readonly number[]
}

/** The exchange allows 2,000. */
const IN_FLIGHT_MAX = 1_000

/** Sends for a time, and waits for the answers. Requests that are late are sent at once, so the mean rate is kept. */
export async function sendTradePairs(
  port: number,
  symbols: readonly string[],
  perSecond: number,
  seconds: number,
  run: string,
): Promise<TradePairs> {
  const socket = await RawSocket.open(port)
  const count = Math.round(perSecond * seconds)
  const answeredMs = new Array<number>(count).fill(0)
  let answered = 0
  let done: () => void = () => {}
  const all = new Promise<void>((resolve) => {
    done = resolve
  })
  socket.onText = (bytes, start, end) => {
    const nowMs = machineMs()
    const text = bytes.toString('latin1', start, Math.min(end, start + 60))
    const id = /^\{"type":"result","id":(\d+),/.exec(text)?.[1]
    if (id === undefined) throw new Error(bytes.toString('utf8', start, end))
    answeredMs[Number(id)] = nowMs
    if (++answered === count) done()
  }
  const startedMs = machineMs()
  for (let sent = 0; sent < count; ) {
    const onTime = Math.floor(((machineMs() - startedMs) * perSecond) / 1000) + 1
    const due = Math.min(count, onTime, answered + IN_FLIGHT_MAX)
    for (; sent < due; sent++) socket.send(pair(run, sent, symbols[sent % symbols.length]))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await all
  socket.close()
  return { answeredMs }
}

function pair(run: string, n: number, symbol: string): string {
  const price = 1_000 + (n % 50)
  const order = (side: string) =>
    `{"orderId":"${run}-${n}-${side}","symbol":"${symbol}","side":"${side}","quantity":1,"price":${price}}`
  return `{"id":${n},"op":"placeBatch","orders":[${order('SELL')},${order('BUY')}]}`
}
