/**
 * The limits of commands, requests and load: every limit that a client of the exchange can reach. A value
 * outside its limit is rejected with a permanent code and changes nothing. No value is clipped or rounded.
 *
 * Limits of files that are replayed are in src/replay (row-table.ts, row-parser.ts, replay.ts). Limits of AWS
 * services, buffer sizes and other tuning constants are beside their code.
 */
import { clientText } from './client-text.ts'

/** Prices are 1 … 2^31−1 ticks: they fit a 32-bit integer, and 0 stays free for "no price". */
export const PRICE_TICKS_MAX = 2 ** 31 - 1

/** Quantities are 1 … 2^53−1 lots: the largest integer a double holds exactly. */
export const QUANTITY_LOTS_MAX = Number.MAX_SAFE_INTEGER

/** Lots that may rest at one price. Equal to the order limit, so that level sums stay exact. */
export const LEVEL_LOTS_MAX = Number.MAX_SAFE_INTEGER

/** Orders that may rest in one book: 2^24 at 32 bytes each are 512 MiB. */
export const BOOK_ORDERS_MAX = 2 ** 24

/** Accounts in one book: an order stores its account in 26 bits, of which 0 means none. */
export const BOOK_ACCOUNTS_MAX = 2 ** 26 - 1

/** Decimal places of a tick or lot size. */
export const STEP_DECIMALS_MAX = 12

/** Characters of an order id, an account or a request id. */
export const NAME_LENGTH_MAX = 64
/** Not `.` or `..`, because a URL path cannot contain them. */
export const ORDER_ID_PATTERN = /^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,64}$/
export const ACCOUNT_PATTERN = /^[A-Za-z0-9._-]{1,64}$/
/** The name of an API key, for people: printable ASCII, so that a log or a JSON line shows it unchanged. */
export const KEY_NAME_PATTERN = /^[ -~]{1,64}$/
/** The secret of an API key. 16 characters of base64 have 96 bits. HMAC-SHA256 gains nothing above 64 bytes. */
export const KEY_SECRET_PATTERN = /^[!-~]{16,256}$/
export const SYMBOL_PATTERN = /^[A-Z0-9][A-Z0-9._-]{0,23}$/

/** A currency or commodity, such as BTC or MWh. */
export const ASSET_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,23}$/

/** Unicode code points of the reason that an operator may state. */
export const OPERATOR_REASON_LENGTH_MAX = 200
export const OPERATOR_REASON_PATTERN = clientText(OPERATOR_REASON_LENGTH_MAX)

/** Unicode code points of an order's tag: at most 256 bytes of UTF-8. */
export const TAG_LENGTH_MAX = 64

/** Orders in one `POST /orders/batch`. */
export const BATCH_ORDERS_MAX = 500

/** Bytes of one request body: an order needs about 150, a batch of 500 about 75,000. */
export const ORDER_BODY_BYTES_MAX = 16 * 1024
export const BATCH_BODY_BYTES_MAX = 512 * 1024

/** Requests of one connection that wait behind the one that is answered. A client that pipelines more is cut off. */
export const PIPELINED_REQUESTS_MAX = 100
/** Bytes of these requests: 100 orders of 2.5 KB with their headers. */
export const PIPELINED_BYTES_MAX = 256 * 1024
/**
 * Requests that wait on all connections: parsing them took 20 ms, and they have 6 MB. Above it, only so few may wait on
 * a connection.
 */
export const PIPELINED_REQUESTS_ALL_MAX = 2_000
export const PIPELINED_REQUESTS_MAX_UNDER_LOAD = 4
/** Requests that one turn of the event loop starts: at 0.1 ms each 3 ms. */
export const STARTED_PER_TURN = 32
/** Pipelined requests that one turn starts: at 0.5 ms for the longest answers 4 ms. */
export const PIPELINED_PER_TURN = 8
/** First requests of connections that one turn reads, with up to 64 KiB of their bodies: at 0.3 ms each 2.4 ms. */
export const NEW_CONNECTIONS_PER_TURN = 8
/** Reads of bodies above 16 KiB in one turn: 64 KiB each, 1 MiB in all. */
export const BODY_READS_PER_TURN = 16
/** Milliseconds that an answer may stay unread: 1.5 MB at 50 KB/s. */
export const UNREAD_ANSWER_MS_MAX = 30_000
/** Bytes of unread answers of all connections, after those in the kernel's buffers: about 150 pages of 1,000 orders. */
export const UNREAD_BYTES_MAX = 64 * 1024 * 1024
/** Bytes of unfinished bodies above 16 KiB, of all connections: 128 batches of the largest size. */
export const UNFINISHED_BODIES_BYTES_MAX = 64 * 1024 * 1024
/** Milliseconds between two checks of the time that a request takes to arrive. */
export const REQUEST_TIME_CHECK_MS = 5_000

/** Rows of one page: the maximum, and the default of a request without a limit. */
export const PAGE_ROWS_MAX = 1_000
export const PAGE_ROWS_DEFAULT = 100

/** Price levels per side in `GET /book/{symbol}`: the maximum, and the default of a request without a depth. */
export const DEPTH_LEVELS_MAX = 1_000
export const DEPTH_LEVELS_DEFAULT = 50

/** Age of the list of all tickers: up to 1,000 instruments take about a tenth of a second of reads. */
export const TICKERS_AGE_MS_MAX = 1_000

/** Seconds that a request may wait for its outcome (`Prefer: wait=N`). On AWS, function and API time out after 29. */
export const WAIT_SECONDS_MAX = 25

/**
 * Instruments of one exchange. Closed ones count, because they stay in memory, in snapshots and in the list: a
 * symbol that is defined again continues its numbers. On the development machine 1,000 instruments took 20 MB, and
 * 9 µs of each record of the log, because the time of the next expiry is searched in all of them.
 */
export const INSTRUMENTS_MAX = 1_000

/** Trades that an order's record lists. Further trades are in the list of the symbol's trades. */
export const FILLS_LISTED_MAX = 1_000

/** Levels of nesting in a JSON body. A batch needs 3 (body, list, order); 5 more are reserved for nested fields. */
export const JSON_NESTING_MAX = 8
/**
 * Fields in a JSON body, and commas between its fields and list elements: 500 orders of 12 fields are 6,001. A body of
 * 512 KiB has room for 63,000 fields, which cost the edge thread 100 ms; 10,000 cost 15 ms.
 */
export const JSON_FIELDS_MAX = 10_000
/** Faults that `errors` of a problem lists: a body with more unknown fields is not an order with a spelling mistake. */
export const ERRORS_LISTED_MAX = 10

/** Characters of a client's name or value that a response repeats: the length of the longest valid name. */
export const ECHO_LENGTH_MAX = NAME_LENGTH_MAX

/** Symbols that the response to an unknown symbol and the banner list: 8 names of 24 characters fit a line of a log. */
export const SYMBOLS_NAMED_MAX = 8

/** A request id that a client may choose: safe in a header, a log and a JSON line. */
export const REQUEST_ID_PATTERN = /^[A-Za-z0-9._-]{1,64}$/

/** Characters of a page cursor. The longest contains 15 digits, 64 characters in hex and 6 digits: 202 in base64. */
export const CURSOR_LENGTH_MAX = 256

/** Characters of a time. RFC 3339 with milliseconds has 29; further zeros after the milliseconds are allowed. */
export const TIMESTAMP_LENGTH_MAX = 64

/** The latest time, 9999-12-31T23:59:59.999Z: RFC 3339 has four digits for the year. */
export const TIMESTAMP_MS_MAX = 253_402_300_799_999

/** Decimals of an average price beyond those of its tick; 12 more keep the error below 10^-12 ticks. */
export const AVERAGE_PRICE_DECIMALS_EXTRA = 12

/**
 * Cancels that an account may send for each order of its rate limit: as many as its orders, and as many again while it
 * leaves the market.
 */
export const CANCELS_PER_ORDER = 2
/** Reads a second of one account, if the operator sets nothing: at 0.1 ms each, 2 % of a thread. */
export const READS_PER_SECOND_DEFAULT = 200
/** Reads that an account may send at once: those of so many seconds, for a client that starts. */
export const READ_BURST_SECONDS = 10
/** Rows of a list that count as one read: a page of 1,000 orders counts as 10. */
export const ROWS_PER_READ = 100

/** Milliseconds after which a retry of an operational failure may succeed: the store retries each second. */
export const FAILURE_RETRY_AFTER_MS = 1_000
/**
 * Uncommitted events at which a commit starts at once. The core puts the records of a commit in one turn: about 2 ms for
 * 1,500 orders that were accepted and closed. Under full load more events wait when a commit ends, and the next one takes
 * them all.
 */
export const COMMIT_EVENTS = 3_000
/** The same during recovery, when no order waits and large commits take less time. */
export const COMMIT_EVENTS_AT_RECOVERY = 10_000
/** Events of one commit, or those of one record if that is more: the core waits for their encoding, about 0.1 s. */
export const COMMIT_EVENTS_MAX = 20_000
/** Bytes of the records of an event that are not stored yet: a closed order with its names, half of a trade. */
export const UNCOMMITTED_EVENT_BYTES = 500
/**
 * Uncommitted events at which commands are refused: at most 500 MB. With a smaller heap it is less: a fifth of the
 * heap, see adapters/embedded/memory-watch.ts.
 */
export const UNCOMMITTED_EVENTS_MAX = 1_000_000

/**
 * Open orders of one account on one machine, unless the operator sets another number: 200,000 at 260 to 5,500 bytes
 * each are 52 MB to 1.1 GB.
 */
export const ACCOUNT_OPEN_ORDERS_MAX = 200_000

/** Commands in flight to the core at which further ones are refused: about a second of work. */
export const COMMANDS_IN_FLIGHT_MAX = 200_000

/** Reads in flight to a thread at which further ones are refused: some seconds of work, 10 MB of questions. */
export const READS_IN_FLIGHT_MAX = 10_000

/** Bytes gathered for the next sync of the order log at which further commands are refused: one full segment. */
export const GATHERED_BYTES_MAX = 64 * 1024 * 1024

/** Subscriptions of one socket: the tickers of every instrument, or ten channels of a hundred. */
export const SOCKET_SUBSCRIPTIONS_MAX = 1_000
/** Topics of one socket that wait for their snapshot at a time: 16 books of 1,000 levels are 1.3 MB. */
export const SOCKET_JOINING_MAX = 16
/**
 * Subscriptions that one socket may start in a second after its first 1,000: each makes a snapshot, which takes the
 * market thread 2 ms for a book of 1,000 levels. Further ones wait.
 */
export const SOCKET_STARTS_PER_SECOND = 50
/** Milliseconds until a socket whose starts wait looks again. */
export const SOCKET_START_PAUSE_MS = 100
/** Requests of one socket without an answer, at about 1 KB each 2 MB: 5 ms of a full edge thread, with one sync of the log. */
export const SOCKET_REQUESTS_IN_FLIGHT_MAX = 2_000
/** Messages that one socket may send in a second, and at once: at 10 µs each a fifth of the edge thread. */
export const SOCKET_MESSAGES_PER_SECOND_MAX = 20_000
/**
 * The same before the connection has an account: it can only follow public channels. At 10 µs each, 100 are a
 * thousandth of the edge thread. At once it may send a frame for each subscription.
 */
export const SOCKET_ANONYMOUS_MESSAGES_PER_SECOND_MAX = 100
export const SOCKET_ANONYMOUS_MESSAGES_AT_ONCE_MAX = SOCKET_SUBSCRIPTIONS_MAX
/** Bytes that wait for one client above which books, tickers and candles are combined for it: a buffer of the kernel. */
export const SOCKET_COMBINE_BYTES = 64 * 1024
/** Updates of one topic that are kept to be combined: 2.5 s of ticks. Behind them the client gets a snapshot. */
export const SOCKET_COMBINED_UPDATES_MAX = 256
/** Milliseconds after which a market feed that has failed is followed again. */
export const FEED_RETRY_MS = 1_000
/** Bytes that may wait for one client: 3 s of 10 Mbit/s. More may wait for a moment, because one tick may be long. */
export const SOCKET_WAITING_BYTES_MAX = 4 * 1024 * 1024
/** Milliseconds for which more may wait. */
export const SOCKET_SLOW_MS_MAX = 2_000
/** Bytes that never wait before a further message: an eighth of what may wait for all clients. */
export const SOCKET_BURST_BYTES_MAX = 16 * 1024 * 1024
/** Keys of one socket that may be wrong before it is closed. */
export const SOCKET_WRONG_KEYS_MAX = 3
/** Milliseconds that a socket may have neither an account nor a subscription. */
export const SOCKET_UNUSED_MS_MAX = 30_000
/** Events of own orders in one message: about 600 KB. A tick may have several messages. */
export const SOCKET_ORDER_UPDATES_MAX = 1_000
/** Open orders in a snapshot of own orders: one page of `GET /orders`, about 450 KB. */
export const SOCKET_ORDERS_LISTED_MAX = PAGE_ROWS_MAX
/** The largest number that a client may choose as the id of a request: 15 digits, which every JSON reader keeps. */
export const SOCKET_REQUEST_NUMBER_MAX = 999_999_999_999_999
/** Attempts to cancel the orders of a connection that has ended, a second apart. */
export const CANCEL_ATTEMPTS_MAX = 5
/** Orders of one connection that are remembered before those that have closed are forgotten. */
export const CONNECTION_ORDERS_MIN = 10_000

/** Price levels per side of the public book on AWS: about 5 KB per commit. */
export const VIEW_LEVELS = 100

/** Trades of which candles of seconds are made in one request on AWS: 20,000 rows of 300 bytes are 6 MB. */
export const SECONDS_TRADES_MAX = 20_000
/** Seconds after which a fill is listed on AWS: the reader of the stream of events polls it once a second. */
export const FILLS_LAG_SECONDS = 2

/** Bytes of one message that a client sends over a socket: a batch of orders, as in a body. */
export const SOCKET_MESSAGE_BYTES_MAX = BATCH_BODY_BYTES_MAX
/** Frames that one message may consist of: each costs more than its bytes. */
export const SOCKET_FRAGMENTS_MAX = 1_024
/** Milliseconds between two signs of life that a client must give. The exchange asks by a ping. */
export const SOCKET_PING_MS = 15_000
/** Pings of a client between two of these checks: two a second. */
export const SOCKET_PINGS_PER_CHECK_MAX = 30
/** Milliseconds that a client may take to answer a close frame, which is behind all bytes that wait for it. */
export const SOCKET_CLOSE_MS = 10_000
/** The same while the exchange stops. Clients that read answer at once. */
export const SOCKET_CLOSE_MS_AT_STOP = 2_000
/** Bytes that wait for slow clients, all together. */
export const SOCKETS_WAITING_BYTES_MAX = 128 * 1024 * 1024
/** Connections of one account, unless the operator sets another number. */
export const SOCKETS_PER_ACCOUNT_DEFAULT = 100

/**
 * Bytes of one message over a socket on AWS, in either direction: a frame of API Gateway
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html).
 * It holds 50 orders at 600 bytes in a batch, a book of 100 levels a side at 60 bytes a level, and 75 orders of
 * 430 bytes in a snapshot.
 */
export const SOCKET_FRAME_BYTES_MAX = 32 * 1024
/** Orders in one batch over a socket on AWS, so that the batch and its answer fit a frame each. */
export const SOCKET_BATCH_ORDERS_MAX_ON_AWS = 50
/** Subscriptions of one socket on AWS: all are in its row, 100 at 60 bytes, which each message reads. */
export const SOCKET_SUBSCRIPTIONS_MAX_ON_AWS = 100
/** Snapshots of own orders that one subscription sends on AWS, while orders change meanwhile. */
export const SOCKET_ORDER_SNAPSHOTS_MAX = 5
/** Orders of one page that is read for a snapshot of own orders on AWS: more than fit a frame. */
export const SOCKET_ORDER_PAGE_ROWS = 100
/** Such pages: each looks at 2,000 orders at most, also closed ones. */
export const SOCKET_ORDER_PAGES_MAX = 5
/**
 * Requests to join that all sockets together put into KDS_Events in a second on AWS. A shard takes 1,000 records, and
 * the other half is the matcher's.
 */
export const JOINS_PER_SECOND_MAX = 500
/** Connections that a sweep looks at or ends at a time. */
export const SOCKET_SWEEPS_IN_FLIGHT_MAX = 16
/** Connections of one address on AWS, unless the operator sets another number: an office behind one address. */
export const SOCKETS_PER_ADDRESS_DEFAULT_ON_AWS = 100

/** Bytes of events that may wait for the market thread: about half a second of full load. Then it joins again. */
export const MARKET_LAG_BYTES_MAX = 64 * 1024 * 1024
/** Milliseconds between two messages of a topic of live market data. */
export const TICK_MS = 10
/** Milliseconds that the book of a symbol is kept after its last follower. */
export const UNFOLLOWED_KEPT_MS = 10_000
/**
 * Open orders of all accounts whose own orders are followed: at 510 bytes each, half of the memory of the market thread.
 * One account with the default maximum has a fifth of them.
 */
export const FOLLOWED_OPEN_ORDERS_MAX = 1_000_000
/** Bytes of events that are kept while the open orders of an account are read. */
export const JOINING_EVENT_BYTES_MAX = 64 * 1024 * 1024

/** Posts to connections on AWS at a time: at 10 ms each 6,400 messages a second, below the quota of API Gateway. */
export const PUSHES_IN_FLIGHT_MAX = 64
/** Milliseconds in which one connection may take the messages of a round. Then it gets snapshots in a later one. */
export const CONNECTION_PUSH_MS_MAX = 3_000
/** Milliseconds that the posts of a round may take. The stream of events waits meanwhile. */
export const PUSH_ROUND_MS_MAX = 10_000
/** Trades in one message on AWS: at up to 250 bytes each they fit a frame. */
export const PUSH_TRADES_MAX = 100
/** Trades that are read from the store for followers after lost events. Beyond them they get a snapshot. */
export const PUSH_TRADES_FILLED_MAX = 1_000
/** Reads that the pushes of a round have in flight: of followers, and of orders. */
export const PUSH_READS_IN_FLIGHT_MAX = 32
/** Orders of followed accounts that are kept between rounds of pushes: at 500 bytes each 50 MB. */
export const PUSHED_ORDERS_KEPT_MAX = 100_000

/** Bytes of SQL that `query` takes: a text of 10,000 lines. DuckDB parses it in less than a second. */
export const SQL_TEXT_BYTES_MAX = 1024 * 1024
/** Statements in one text of SQL: to find the end of each, the parser runs twice, 5 ms in all. */
export const SQL_STATEMENTS_MAX = 100
/** Rows that `query` shows as a table if nothing else is asked: 20 screens of 50 rows. */
export const QUERY_ROWS_DEFAULT = 1_000
/** Rows of one table: they wait in memory for the widths of their columns, at 1 KB each 100 MB. CSV and JSON have no limit. */
export const QUERY_TABLE_ROWS_MAX = 100_000
/** MiB of memory that DuckDB may use for a query, if nothing else is asked. Beyond it DuckDB writes temporary files. */
export const QUERY_MEMORY_MIB_DEFAULT = 1_024
/**
 * MiB that the process of a query may have beside DuckDB's memory: rows on their way to the output. A table of 100,000
 * rows of 1 KB takes 900.
 */
export const QUERY_MEMORY_BESIDE_MIB = 2_048
/** Time between the interrupt of a query and the end of its process, if DuckDB does not obey: usually it takes 50 ms. */
export const QUERY_STUCK_MS = 2_000
/** MiB of temporary files of a query, in the system's folder for them. */
export const QUERY_TEMPORARY_MIB_MAX = 4_096
/** Seconds that a query may run, if nothing else is asked: ten times the longest report over 10 million orders. */
export const QUERY_SECONDS_DEFAULT = 300
/** Times that a query starts again with a new list of files, because compaction deleted some that it was to read. */
export const QUERY_RETRIES_MAX = 5
/** Submits of one machine that are traced at a time, until they are stored: at 200 bytes each 2 MB. Others are not. */
export const TRACED_SUBMITS_MAX = 10_000

/** Bytes of events that may wait for the lake's thread: about 4 s of full load. Then it continues from the order log. */
export const LAKE_LAG_BYTES_MAX = 64 * 1024 * 1024
/** Milliseconds for which the core gathers events for the lake's thread: 20 messages a second at most below 13 MB/s. */
export const LAKE_GATHERED_MS = 50
/** Bytes of events in one message to the lake's thread, or those of one record if that is more. */
export const LAKE_GATHERED_BYTES = 256 * 1024
/**
 * New rows at which the lake is flushed: about a second of 100,000 orders/s. At 500 bytes a row in memory they are
 * 64 MB.
 */
export const LAKE_FLUSH_ROWS = 131_072
export const LAKE_FLUSH_BYTES = 64 * 1024 * 1024
/**
 * Rows from which on a file is closed, and the next rows begin another. A smaller file is written again with each
 * flush, up to that many rows of each table: 32 MB of memory and 0.2 s each.
 */
export const LAKE_FILE_ROWS = 65_536
/**
 * Milliseconds between two flushes of new rows: at least the first, so that a quiet exchange is in the lake a second
 * later, and at most the second. Between them the pause is 50 times as long as the flush before it, so that writing
 * small files again takes 2 % of the thread.
 */
export const LAKE_FLUSH_MS_MIN = 1_000
export const LAKE_FLUSH_MS_MAX = 60_000
export const LAKE_FLUSH_PAUSES = 50
/** Files of a day that are joined at a time. Of a day that is over, two are enough. */
export const LAKE_JOINED_FILES = 16
/** Bytes of a file that is not joined any more: about 1.5 million rows. A joined file has less than twice as many. */
export const LAKE_JOINED_BYTES = 64 * 1024 * 1024
/** Milliseconds that a file is kept after its rows are in a larger one, because a query may be reading it. */
export const LAKE_SUPERSEDED_KEPT_MS = 300_000
/**
 * Free bytes of a disk below which the lake is not written, so that the order log can go on: 8 of its segments. On a
 * small disk it is a twentieth.
 */
export const LAKE_DISK_KEPT_BYTES = 512 * 1024 * 1024
export const LAKE_DISK_KEPT_SHARE = 0.05
/** Commands between the lake and the exchange at which the lake joins the live events: about half a second of matching. */
export const LAKE_JOIN_COMMANDS = 100_000
/** Milliseconds after which a lake that could not be written is tried again. */
export const LAKE_RETRY_MS = 5_000
/** Days that `--lake-retention-days` may name: a hundred years. */
export const LAKE_RETENTION_DAYS_MAX = 36_500
/**
 * Days without rows after which the newest day of the lake deletes no others, because the clock may be wrong. An
 * exchange is seldom idle for so long; then its old days are kept until the next day that has rows.
 */
export const LAKE_RETENTION_GAP_DAYS = 7
/**
 * Commands a second of the demo market. One command takes about 25 µs of the edge thread, so the largest rate takes a
 * quarter of it.
 */
export const DEMO_RATE_MAX = 10_000
export const DEMO_RATE_DEFAULT = 50
export const DEMO_SEED_DEFAULT = 1
/** The largest seed. It has at most ten digits, so that an order id has room for it, the run and the number. */
export const DEMO_SEED_MAX = 2 ** 32 - 1
