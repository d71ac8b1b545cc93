/** Turns an answer into a Response, with the headers that every answer carries. */

export interface Answer {
  readonly status: number
  /** A JSON value, or with `contentType` the text or bytes themselves. */
  readonly body: unknown
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** No cache may keep an answer that does not say so itself. */
const BASE_HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

/**
 * Headers stay a plain object to the end: on Node a Headers instance for every answer would cost as
 * much as the rest of the edge.
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
