/** Turns an answer into a Response, with the headers that every answer has. */

export interface Answer {
  readonly status: number
  /** A JSON value, or with `contentType` the text or bytes themselves. */
  readonly body: unknown
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Caches must not store an answer, unless the answer has its own Cache-Control. */
const BASE_HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

/**
 * Headers are a plain object, because on Node a Headers instance for every answer would cost as much as all
 * other work of src/http.
 */
export function answerResponse(answer: Answer, requestId: string, more: Readonly<Record<string, string>>): Response {
  const { contentType, body } = answer
  const headers = {
    'Content-Type': contentType ?? 'application/json',
    'X-Request-Id': requestId,
    ...BASE_HEADERS,
    ...more,
    ...answer.headers,
  }
  const text = contentType === undefined ? JSON.stringify(body) : (body as string | Uint8Array<ArrayBuffer>)
  return new Response(text, { status: answer.status, headers })
}
