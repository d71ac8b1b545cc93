/**
 * A short day of an exchange: a few requests one after the other, with what each was answered. Afterwards it says
 * whether an exchange without faults has what the answers promise.
 */

import { type Answered, type Api, apiOf } from '../api.ts'
import { allOrders, checkBalance } from '../audit.ts'
import type { Ended } from '../running-exchange.ts'

/** Time for one request. The longest wait of a request is 5 s. */
const ANSWER_MS_MAX = 20_000
const WAIT = { Prefer: 'wait=5' }
/** Longer than the time until records are stored. */
const COMMIT_MS = 70

export interface Day {
  /** By order id; undefined: the connection broke, or the request was not sent. */
  readonly answers: Map<string, Answered | undefined>
  /** Orders whose cancel was acknowledged. */
  readonly canceled: Set<string>
  /** Answers that say something they must not. */
  readonly wrong: string[]
}

const orderOf = (orderId: string, side: 'BUY' | 'SELL', more: object = {}) => ({
  orderId,
  symbol: 'BTCUSD',
  side,
  quantity: 2,
  price: 100,
  ...more,
})

export const newDay = (): Day => ({ answers: new Map(), canceled: new Set(), wrong: [] })

/** Sends the requests of a day. The ids of its orders begin with `name`. */
export async function trade(url: string, name: string, day: Day): Promise<void> {
  const api = apiOf(url)
  const id = (letter: string) => `${name}-${letter}`
  const place = async (order: { orderId: string }, headers = {}): Promise<void> => {
    note(day, [order.orderId], await answered(api.post('/orders', order, headers)))
  }
  try {
    await place(orderOf(id('a'), 'BUY'))
    await place(orderOf(id('b'), 'SELL', { quantity: 1 }), WAIT)
    await pause(COMMIT_MS)
    const batch = [orderOf(id('c'), 'BUY', { price: 99 }), orderOf(id('d'), 'BUY', { price: 98 })]
    const orderIds = batch.map(({ orderId }) => orderId)
    note(day, orderIds, await answered(api.post('/orders/batch', { orders: batch })))
    const canceled = await answered(api.send('DELETE', `/orders/${id('c')}`, undefined, WAIT))
    if (canceled !== undefined && canceled.status < 300) day.canceled.add(id('c'))
    await place(orderOf(id('e'), 'SELL', { type: 'MARKET', price: undefined }), WAIT)
    await pause(COMMIT_MS)
    for (const path of ['/orders?limit=10', '/trades/BTCUSD', '/book/BTCUSD', `/orders/${id('b')}`, '/health']) {
      checkRead(day, path, await answered(api.get(path)))
    }
  } finally {
    api.close()
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The answer; undefined if the connection breaks. */
async function answered(sent: Promise<Answered>): Promise<Answered | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('a request was not answered')), ANSWER_MS_MAX)
  })
  try {
    return await Promise.race([sent.catch(() => undefined), late])
  } finally {
    clearTimeout(timer)
  }
}

function note(day: Day, orderIds: readonly string[], answer: Answered | undefined): void {
  if (answer !== undefined && answer.status !== 503 && answer.status >= 300) {
    day.wrong.push(`${orderIds} got ${answer.status} ${JSON.stringify(answer.body)}`)
  }
  const results = answer?.body.results as { status: number }[] | undefined
  for (const [i, orderId] of orderIds.entries()) {
    const result = results?.[i]
    day.answers.set(orderId, result === undefined ? answer : { ...(answer as Answered), ...result, body: result })
  }
}

function checkRead(day: Day, path: string, answer: Answered | undefined): void {
  if (answer === undefined || answer.status === 200) return
  const named = [503, 404].includes(answer.status) && typeof answer.body.code === 'string'
  if (!named) day.wrong.push(`GET ${path} got ${answer.status} ${JSON.stringify(answer.body)}`)
}

/** LMDB writes such texts to standard error itself, partly without an end of the line. The C library writes the last ones. */
const OF_LMDB = new RegExp(
  [
    'Write error: .*? size \\d+',
    'No current read transaction available',
    'mdb_\\w+ .*error \\d+',
    '(free|malloc|realloc|munmap_chunk)\\(\\): .*',
    'double free .*',
    'corrupted .*',
    'Fatal glibc error: .*',
  ].join('|'),
  'g',
)

/**
 * What is wrong with how a process ended: a signal, a stack trace, or no line that says why. `path` is the file whose
 * call failed. LMDB may end the process by a signal if its own file fails. That is documented.
 */
export function badEnd({ code, signal, stdout, stderr: all }: Ended, path: string): string[] {
  const endedByLmdb = signal !== null && path.startsWith('records.lmdb')
  if (endedByLmdb && stdout === '') return []
  const stderr = all.replace(OF_LMDB, '')
  const wrong: string[] = []
  // The signal of the test may come while a process that has failed is about to end, when Node has no handlers any more.
  const endedByTest = signal === 'SIGTERM' && stderr.includes('"level":60')
  if (code !== 0 && code !== 1 && !endedByLmdb && !endedByTest) wrong.push(`it ended with ${code ?? signal}`)
  if (/^ +at |\\n +at /m.test(stderr)) wrong.push('it printed a stack trace')
  const plain = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
  const refused = stdout === ''
  if (refused && (code !== 1 || plain.length !== 1 || !plain[0].startsWith('bidding-exchange start: '))) {
    wrong.push('a start was not refused in one line')
  }
  if (!refused && plain.length > 0) wrong.push('it printed what is not a line of the log')
  if (!refused && code === 1 && !/"level":[56]0/.test(stderr)) wrong.push('it failed without a line that says why')
  return wrong.length === 0 ? [] : [...wrong, stderr]
}

/** What an exchange without faults lacks of what was acknowledged, and has of what was refused. */
export async function brokenPromises(url: string, { answers, canceled }: Day): Promise<string[]> {
  const api = apiOf(url)
  try {
    const orders = await allOrders(api)
    await checkBalance(api, orders)
    const wrong: string[] = []
    for (const [orderId, answer] of answers) {
      const found = orders.get(orderId)
      if (answer === undefined) continue
      if (answer.status < 300 && found === undefined) wrong.push(`${orderId} was acknowledged and is lost`)
      if (answer.status === 503 && found !== undefined && !/may be in the order log/.test(answer.body.detail)) {
        wrong.push(`${orderId} was refused, and is ${found.status}: ${JSON.stringify(answer.body)}`)
      }
    }
    for (const orderId of canceled) {
      const status = orders.get(orderId)?.status
      if (status !== 'CANCELED') wrong.push(`${orderId} is ${status} after an acknowledged cancel`)
    }
    return [...wrong, ...(await sendAgain(api, answers))]
  } finally {
    api.close()
  }
}

/** Sends the orders that were not acknowledged again, as a client does. */
async function sendAgain(api: Api, answers: Day['answers']): Promise<string[]> {
  const wrong: string[] = []
  for (const [orderId, answer] of answers) {
    if (answer !== undefined && answer.status < 300) continue
    const { status, body } = await api.get(`/orders/${orderId}`)
    if (status === 200) continue
    const again = await api.post('/orders', orderOf(orderId, 'BUY'))
    if (again.status !== 202) wrong.push(`${orderId} got ${status} ${body.code}, and again ${again.status}`)
  }
  return wrong
}
