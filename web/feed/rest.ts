/** Requests to REST. Each has a time limit, and fails with the errors of the client. */

import { ConnectionLost, ExchangeProblem } from '../../src/client/errors.ts'

/** An answer may wait for its outcome up to 25 s. */
const ANSWER_MS_MAX = 30_000

export type RestMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RestTarget {
  /** Base URL, without a slash at its end. */
  readonly api: string
  readonly key: string | undefined
}

/** The JSON of an answer, or its text if it is something else. Throws ExchangeProblem and ConnectionLost. */
export async function callRest(
  { api, key }: RestTarget,
  method: RestMethod,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const headers: Record<string, string> = {
    ...(key !== undefined && { 'X-API-Key': key }),
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
  }
  const text = body === undefined ? null : JSON.stringify(body)
  const signal = AbortSignal.timeout(ANSWER_MS_MAX)
  try {
    // A browser would send the key header also to another host that an answer leads to.
    const answer = await fetch(`${api}${path}`, {
      method,
      headers,
      body: text,
      signal,
      cache: 'no-store',
      redirect: 'error',
    })
    const content = contentOf(await answer.text())
    if (!answer.ok) throw problemOf(answer, content)
    return content
  } catch (cause) {
    if (cause instanceof ExchangeProblem) throw cause
    throw new ConnectionLost('the exchange did not answer', { cause })
  }
}

function contentOf(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

/** A proxy in front of the exchange may answer with something that is not a problem. */
function problemOf(answer: Response, content: unknown): ExchangeProblem {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
  const known = (typeof content === 'object' && content !== null ? content : {}) as Record<string, unknown>
  const { status } = answer
  const problem =
    typeof known.code === 'string' ? known : { code: `http_${status}`, detail: `The answer is ${status}.` }
  return new ExchangeProblem({ status, ...problem }, Number.isFinite(seconds) ? seconds * 1000 : undefined)
}
