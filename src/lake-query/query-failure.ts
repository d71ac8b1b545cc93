/** What ends a query with exit code 1: wrong SQL, a refused statement, a limit, a lake that cannot be read. */

export class QueryFailure extends Error {
  override readonly name: string = 'QueryFailure'
}

/** The folder of the lake is missing or closed to this user. */
export class UnreadableLake extends QueryFailure {
  override readonly name = 'UnreadableLake'
}

/** A file of the list is gone: compaction or retention has deleted it, so a new list may help. */
export class FileVanished extends QueryFailure {}

const VANISHED = /(?:Cannot open file|No files found).*(?:No such file or directory|that match)/
const DAMAGED =
  'A file of the lake is damaged. If it was written on this machine, move the folder of the lake away: a running exchange makes it again.'
/** What DuckDB says of the content of a file. */
const BAD_FILE = /magic bytes|corrupt|Out of buffer|too small to be a Parquet|in Parquet file|thrift|TProtocol/i
const PREFIX = /^Failed to extract statements: /
/** DuckDB's advice after "out of memory" names settings that are locked here. */
const ADVICE = /\n+Possible solutions:[\s\S]*$/

/** The reader of the output, such as `head`, has closed it: no failure. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone'
}

/** An error of DuckDB about the files of the lake, before any SQL of the user. Its lines about our own SQL are left out. */
export function unreadableFile(cause: unknown): QueryFailure {
  const failure = queryFailure(cause)
  if (failure instanceof FileVanished) return failure
  return new QueryFailure(`${failure.message.split('\n')[0]}\n${DAMAGED}`, { cause })
}

/** An error of DuckDB as one of ours. Its own text has the line and a marker below the position. */
export function queryFailure(cause: unknown): QueryFailure {
  if (cause instanceof QueryFailure) return cause
  if (cause instanceof RangeError) {
    return new QueryFailure('a value of the result is too large to print: ask for a part of it', { cause })
  }
  const text = cause instanceof Error ? cause.message : String(cause)
  if (VANISHED.test(text)) return new FileVanished(text, { cause })
  const message = text.replace(PREFIX, '').replace(ADVICE, '').replaceAll(/\n\n+/g, '\n')
  if (/^Out of Memory Error/.test(message)) {
    return new QueryFailure(`${message}\nThe query needs more memory than --memory allows.`, { cause })
  }
  return new QueryFailure(BAD_FILE.test(message) ? `${message}\n${DAMAGED}` : message, { cause })
}
