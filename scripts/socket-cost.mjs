// Computes what live connections cost: connections by time, messages to followers, requests of clients.
// scripts/infra-cost.mjs writes the tables into docs/operate/cost.md.

/** Values that no test counts. Memory sizes are those of infra/lambda_market.tf. */
const ASSUMED = {
  minutesPerMonth: 730 * 60,
  secondsPerMonth: 730 * 3_600,
  /** A connection ends after two hours at the latest, and its client connects again. */
  connectionHours: 2,
  /** Both functions of a connection: seconds of an invocation, memory in GB, and the units of their rows. */
  lifecycle: { seconds: 0.1, gigabytes: 0.25, writes: 8, reads: 6 },
  /** A request of a client: the function, the rows that it reads of the connection. */
  request: { seconds: 0.04, gigabytes: 0.5, reads: 2 },
  /** A run of the notifier, and processor time for each message that it sends. */
  notifier: { seconds: 0.06, perMessage: 0.0005, gigabytes: 1, writes: 1, reads: 3 },
  /** ExchangeQuery, which reads the book for the notifier. */
  view: { seconds: 0.01, gigabytes: 0.5 },
  loggedBytes: 900,
  accessLogBytes: 300,
  messageBytes: 500,
}
const GB = 2 ** 30

const runOf = ({ seconds, gigabytes }, prices) =>
  (prices.lambdaMillionRequests +
    seconds * gigabytes * prices.lambdaMillionGbSeconds +
    ((ASSUMED.loggedBytes * 1e6) / GB) * prices.logsGb) /
  1e6
const rowsOf = ({ writes = 0, reads = 0 }, prices) =>
  (writes * prices.dynamodbMillionWrites + reads * prices.dynamodbMillionReads) / 1e6

/** The price falls after a billion messages a month. */
const messagesOf = (count, prices) =>
  (Math.min(count, 1e9) * prices.websocketMillionMessages +
    Math.max(0, count - 1e9) * prices.websocketMillionMessagesOver1000M) /
  1e6

/** Dollars for a connection that is open for an hour, its share of the handshake and the end included. */
export function connectionHour(prices) {
  const { lifecycle, connectionHours } = ASSUMED
  const once = 2 * runOf(lifecycle, prices) + rowsOf(lifecycle, prices) + messagesOf(2, prices)
  return (60 * prices.websocketMillionMinutes) / 1e6 + once / connectionHours
}

/** Dollars for a million messages to followers, of at most 32 KB each. */
export const millionPushed = (prices) =>
  messagesOf(1e6, prices) + ASSUMED.notifier.perMessage * ASSUMED.notifier.gigabytes * prices.lambdaMillionGbSeconds

/** Dollars for a million requests of clients, for example subscriptions, with their answers. */
export const millionRequests = (prices) =>
  messagesOf(2e6, prices) +
  1e6 * (runOf(ASSUMED.request, prices) + rowsOf(ASSUMED.request, prices)) +
  ((ASSUMED.accessLogBytes * 1e6) / GB) * prices.logsGb

/** Dollars a month, by item, for connections that follow the book of one symbol, which changes all the time. */
export function followersMonth({ followers, updatesPerSecond }, prices) {
  const { secondsPerMonth, minutesPerMonth, notifier, view } = ASSUMED
  const updates = updatesPerSecond * secondsPerMonth
  const messages = followers * updates
  const processor = messages * notifier.perMessage * notifier.gigabytes * (prices.lambdaMillionGbSeconds / 1e6)
  return {
    Connections: (followers * minutesPerMonth * connectionHour(prices)) / 60,
    Messages: messagesOf(messages, prices),
    'ExchangeNotifier, ExchangeQuery':
      updates * (runOf(notifier, prices) + rowsOf(notifier, prices) + runOf(view, prices)) + processor,
    'Faster delivery': updatesPerSecond <= 1 ? 0 : (secondsPerMonth / 3_600) * prices.kinesisFanOutHour,
  }
}

/** Gigabytes a month that leave AWS; the price of data transfer is not in the page. */
export const followersGigabytes = ({ followers, updatesPerSecond }) =>
  (followers * updatesPerSecond * ASSUMED.secondsPerMonth * ASSUMED.messageBytes) / GB

/** Dollars a month for the sweep, which runs each minute and makes two queries: what to look after, and what is late. */
export const sweepMonth = (prices) =>
  ASSUMED.minutesPerMonth * (runOf({ seconds: 0.05, gigabytes: 0.25 }, prices) + rowsOf({ reads: 2 }, prices))
