/**
 * Reads the body of a request. It checks the media type, the size (announced and actual), the encoding and the
 * JSON, in that order. A body above its limit is never kept in memory, even if its headers announce less.
 */

import { OperationalFailure } from '../protocol/failure.ts'
import { Rejection } from '../protocol/rejection.ts'
import { parseExactJson } from './exact-json.ts'
import { failureRejection } from './failure-rejection.ts'
import type { TransportCode } from './transport-codes.ts'

const JSON_TYPE = /^application\/(?:json|merge-patch\+json)\s*(?:;|$)/i
const REPLACEMENT = '\uFFFD'

/**
 * The parsed body. Rejections: unsupported_media_type, body_too_large, incomplete_body, invalid_utf8,
 * malformed_json, duplicate_key; overloaded, if the server gave the body up (unfinished-bodies.ts).
 */
export async function readJsonBody(request: Request, bytesMax: number): Promise<unknown> {
  const type = request.headers.get('content-type')
  if (type !== 'application/json' && (type === null || !JSON_TYPE.test(type))) {
    return new Rejection('unsupported_media_type', 'Send the body as Content-Type: application/json.')
  }
  const announced = request.headers.get('content-length')
  if (announced !== null && !(Number(announced) <= bytesMax)) return tooLarge(bytesMax)
  let text: string | undefined
  try {
    text = announced === null ? await readStream(request, bytesMax) : await request.text()
  } catch (cause) {
    return unreadable(cause)
  }
  // UTF-8 has at least one byte for every UTF-16 unit, so a text above the limit is too large for any header.
  if (text === undefined || text.length > bytesMax) return tooLarge(bytesMax)
  // The decoder writes U+FFFD for bytes that are not UTF-8. No field of a request may contain it.
  if (text.includes(REPLACEMENT)) return new Rejection('invalid_utf8', 'The body is not UTF-8.')
  return parseExactJson(text)
}

/**
 * Whether the headers announce a body. HTTP has no body without one of these headers, and the stream of the body is
 * not opened to find out.
 */
export function announcesBody({ headers }: Request): boolean {
  const length = headers.get('content-length')
  return (length !== null && length !== '0') || headers.has('transfer-encoding')
}

/** The bytes of a body, unchanged. Rejections: body_too_large, incomplete_body, overloaded. */
export async function readBytes(
  request: Request,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | Rejection<TransportCode>> {
  const announced = request.headers.get('content-length')
  if (announced !== null && !(Number(announced) <= bytesMax)) return tooLarge(bytesMax)
  const chunks: Uint8Array[] = []
  let length: number | undefined
  try {
    length = await readChunks(request, bytesMax, (chunk) => chunks.push(chunk))
  } catch (cause) {
    return unreadable(cause)
  }
  if (length === undefined) return tooLarge(bytesMax)
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}

const tooLarge = (bytesMax: number): Rejection<TransportCode> =>
  new Rejection('body_too_large', `The body may have at most ${bytesMax} bytes.`)

const unreadable = (cause: unknown): Rejection<TransportCode> =>
  cause instanceof OperationalFailure
    ? failureRejection(cause)
    : new Rejection('incomplete_body', 'The body could not be read completely.')

/** The text of a body of unknown length, or undefined if it is above the limit. */
async function readStream(request: Request, bytesMax: number): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  const length = await readChunks(request, bytesMax, (chunk) => {
    text += decoder.decode(chunk, { stream: true })
  })
  return length === undefined ? undefined : text + decoder.decode()
}

/** Calls `take` with each chunk of a body. Returns the length, or undefined if it is above the limit. */
async function readChunks(
  request: Request,
  bytesMax: number,
  take: (chunk: Uint8Array) => void,
): Promise<number | undefined> {
  if (request.body === null) return 0
  const reader = request.body.getReader()
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return length
    length += value.byteLength
    if (length > bytesMax) {
      await reader.cancel()
      return undefined
    }
    take(value)
  }
}
