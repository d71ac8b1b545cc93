import { eventFeedContract } from '../contracts/event-feed.contract.ts'
import { InMemoryExchange } from './in-memory-exchange.ts'

eventFeedContract(async () => {
  const { eventFeed, bookReader, orderEntry } = new InMemoryExchange().ports()
  return { feed: eventFeed, books: bookReader, submit: (commands) => orderEntry.submit(commands, 1) }
})
