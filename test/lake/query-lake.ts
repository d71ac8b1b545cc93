/** Runs SQL over a folder of the lake and returns what `query --json` prints. */

import { LakeSession } from '../../src/lake-query/lake-session.ts'
import { JsonOutput } from '../../src/lake-query/output/json-output.ts'
import { runQuery } from '../../src/lake-query/run-query.ts'

export type JsonRow = Readonly<Record<string, string | number | boolean | null>>

export const OPTIONS = { memoryMiB: 256, threads: 2 }

/** The rows of each statement. */
export async function queryLake(lake: string, sql: string): Promise<JsonRow[][]> {
  const session = await LakeSession.open({ lake, ...OPTIONS })
  try {
    return await queryIn(session, sql)
  } finally {
    session.close()
  }
}

export async function queryIn(session: LakeSession, sql: string, seconds = 60): Promise<JsonRow[][]> {
  const results: string[] = []
  const output = new JsonOutput(async (text) => {
    results.push(text)
  })
  await runQuery(session, { sql, limit: undefined, seconds }, output)
  const arrays = results.join('').split(/(?<=^\]|^\[\])\n/m)
  return arrays.filter((it) => it !== '').map((it) => JSON.parse(it))
}
