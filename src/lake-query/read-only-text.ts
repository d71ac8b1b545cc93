/**
 * Decides what SQL may run: statements that read, and nothing else. DuckDB's locks alone are not enough, because a
 * folder that may be read may also be written (COPY TO, ATTACH, the table function enable_logging). DuckDB's own
 * parser turns the text into a tree without running anything, and it does so for SELECT only. Table functions in the
 * tree must be in the list below.
 */

import type { DuckDBConnection } from '@duckdb/node-api'
import { SQL_STATEMENTS_MAX, SQL_TEXT_BYTES_MAX } from '../protocol/limits.ts'
import { QueryFailure, queryFailure } from './query-failure.ts'

/** Table functions that compute, describe, or read what the session may read. */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'range',
  'generate_series',
  'unnest',
  'repeat',
  'repeat_row',
  'json_each',
  'json_tree',
  'glob',
  'read_parquet',
  'parquet_scan',
  'parquet_metadata',
  'parquet_file_metadata',
  'parquet_schema',
  'histogram',
  'histogram_values',
  'pragma_table_info',
  'pragma_version',
  'duckdb_columns',
  'duckdb_functions',
  'duckdb_settings',
  'duckdb_types',
  'duckdb_views',
])

interface ParsedText {
  readonly error: boolean
  readonly error_type?: string
  readonly statements?: readonly unknown[]
}

/**
 * The statements of a text, each with as many blanks and lines before it as the text has, so that positions in errors
 * are those of the whole text. Throws {@link QueryFailure}.
 */
export async function readingStatements(connection: DuckDBConnection, text: string): Promise<string[]> {
  if (Buffer.byteLength(text) > SQL_TEXT_BYTES_MAX) {
    throw new QueryFailure(`the SQL has more than ${SQL_TEXT_BYTES_MAX.toLocaleString('en')} bytes`)
  }
  if (text.includes('\0')) throw new QueryFailure('the SQL contains the character NUL')
  const parsed = await parse(connection, text)
  if (parsed.error) throw await refusal(connection, text, parsed)
  const { statements = [] } = parsed
  if (statements.length > SQL_STATEMENTS_MAX) {
    throw new QueryFailure(`the SQL has ${statements.length} statements, and ${SQL_STATEMENTS_MAX} are allowed`)
  }
  for (const statement of statements) checkFunctions(statement)
  return statements.length < 2 ? (statements.length === 0 ? [] : [text]) : await split(connection, text)
}

async function parse(connection: DuckDBConnection, text: string): Promise<ParsedText> {
  try {
    const result = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [text])
    return JSON.parse(String(result.getRows()[0][0]))
  } catch (cause) {
    throw queryFailure(cause)
  }
}

async function refusal(connection: DuckDBConnection, text: string, { error_type }: ParsedText): Promise<QueryFailure> {
  if (error_type === 'parser') {
    // The parser's own message has the line and the position. The text has no statement yet that could run.
    try {
      await connection.extractStatements(text)
    } catch (cause) {
      return queryFailure(cause)
    }
  }
  const [word = ''] = /[a-z]+/i.exec(withoutComments(text)) ?? []
  const beginning = /^(select|with|from|values|table)$/i.test(word) ? 'one of the statements' : word.toUpperCase()
  return new QueryFailure(
    `query only reads: ${beginning} is refused. Use SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW or SUMMARIZE; PIVOT needs IN (…).`,
  )
}

const withoutComments = (text: string): string => text.replaceAll(/--.*|\/\*[\s\S]*?\*\//g, ' ')

/** Looks for table functions everywhere in the tree. */
function checkFunctions(node: unknown): void {
  const open: unknown[] = [node]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    const { type, function: called } = next as { type?: unknown; function?: { function_name?: unknown } }
    if (type === 'TABLE_FUNCTION') {
      const name = String(called?.function_name).toLowerCase()
      if (!TABLE_FUNCTIONS.has(name))
        throw new QueryFailure(`query only reads the lake: the function ${name} is refused`)
    }
    for (const value of Object.values(next)) open.push(value)
  }
}

/**
 * Cuts a text of several statements. A semicolon ends a statement if the text before it parses and one more statement
 * after it is counted; in a comment or a string it does not.
 */
async function split(connection: DuckDBConnection, text: string): Promise<string[]> {
  const statements: string[] = []
  const count = async (part: string) => {
    const { error, statements: found } = await parse(connection, part)
    return error ? -1 : (found?.length ?? 0)
  }
  let start = 0
  for (let end = text.indexOf(';'); end !== -1; end = text.indexOf(';', end + 1)) {
    const part = text.slice(start, end)
    const counted = await count(part)
    if (counted === -1 || (await count(`${part}; SELECT 1`)) !== counted + 1) continue
    if (counted > 0) statements.push(blank(text.slice(0, start)) + part)
    start = end + 1
  }
  if ((await count(text.slice(start))) > 0) statements.push(blank(text.slice(0, start)) + text.slice(start))
  return statements
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ')
