/**
 * The market thread of the embedded exchange: makes the live market data from the events of the core, and gives the edge
 * one text for each topic that changed. Wiring only.
 */

import { setPriority } from 'node:os'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { CoreLink } from '../adapters/embedded/threads/market/core-link.ts'
import type {
  CoreToMarket,
  EdgeToMarket,
  HistoryQuestions,
  MarketOptions,
  MarketToEdge,
} from '../adapters/embedded/threads/market/market-messages.ts'
import { QuestionPort } from '../adapters/embedded/threads/question-port.ts'
import { PAGE_ROWS_MAX } from '../protocol/limits.ts'
import { TopicPublisher } from '../websocket/topics/topic-publisher.ts'

/** If there are fewer processors than threads, orders go first, and market data before reads. */
const NICE = 5

// On Linux the priority is that of the calling thread, elsewhere that of the process.
if (process.platform === 'linux') setPriority(0, NICE)

const { core, consumed } = workerData as MarketOptions
const edge = parentPort as MessagePort
const post = (message: MarketToEdge): void => edge.postMessage(message)
const link = new CoreLink(core, consumed)
const stored = new QuestionPort<HistoryQuestions>(post)

const publisher = new TopicPublisher({
  exchange: {
    turnFeed: (on) => link.turnFeed(on),
    depth: (symbol, onAnswer) => link.depth(symbol, onAnswer),
    openOrders: (account, cursor, onAnswer) => {
      const query = { status: 'OPEN', limit: PAGE_ROWS_MAX, ...(cursor !== undefined && { cursor }) } as const
      link.ask('orders', { account, query }, onAnswer)
    },
  },
  stored: {
    trades: (symbol, limit) => stored.ask('trades', { symbol, limit }),
    candles: (symbol, interval, fromMs) => stored.ask('candles', { symbol, interval, fromMs }),
    latest: (symbol) => stored.ask('latest', { symbol }),
  },
  publish: ({ ids, kinds, froms, tos, texts }, tickMs) =>
    post({ kind: 'published', ids, kinds, froms, tos, texts, tickMs }),
  lost: (reason) => post({ kind: 'lost', reason }),
  later: (delayMs, call) => void setTimeout(call, delayMs),
  nowMs: () => Date.now(),
})

core.on('message', (message: CoreToMarket) => link.receive(message, publisher))
edge.on('message', (message: EdgeToMarket) => {
  switch (message.kind) {
    case 'follow':
      publisher.follow(message.id, message.topic)
      break
    case 'join':
      publisher.join(message.id)
      break
    case 'unfollow':
      publisher.unfollow(message.id)
      break
    default:
      stored.receive(message)
  }
})
