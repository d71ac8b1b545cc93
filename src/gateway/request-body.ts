/**
 * Reads a request's body: the media type, the size (announced and actual), the encoding, the JSON,
 * in that order. A body above its limit is not held in memory, whatever its headers claim.
 */

import { parseExactJson } from './exact-json.ts'
import { Problem } from './problems.ts'

const JSON_TYPE = /^application\/(?:json|merge-patch\+json)\s*(?:;|$)/i
const REPLACEMENT = '\uFFFD'

/**
 * The parsed body. Problems: unsupported_media_type, body_too_large, incomplete_body, invalid_utf8,
 * malformed_json, duplicate_key.
 */
export async function readJsonBody(request: Request, bytesMax: number): Promise<unknown> {
  const type = request.headers.get('content-type')
  if (type !== 'application/json' && (type === null || !JSON_TYPE.test(type))) {
    return new Problem('unsupported_media_type', 'Send the body as Content-Type: application/json.')
  }
  const announced = request.headers.get('content-length')
  if (announced !== null && !(Number(announced) <= bytesMax)) return tooLarge(bytesMax)
  let text: string | undefined
  try {
    text = announced === null ? await readStream(request, bytesMax) : await request.text()
  } catch {
    return new Problem('incomplete_body', 'The body could not be read to its end.')
  }
  // UTF-8 has at least a byte for every UTF-16 unit: a text this long is too large even if the header lied.
  if (text === undefined || text.length > bytesMax) return tooLarge(bytesMax)
  // The decoder has put U+FFFD where bytes were no UTF-8; no field of ours may hold it anyway.
  if (text.includes(REPLACEMENT)) return new Problem('invalid_utf8', 'The body is not UTF-8.')
  return parseExactJson(text)
}

const tooLarge = (bytesMax: number) => new Problem('body_too_large', `A body has at most ${bytesMax} bytes here.`)

/** The text of a body of unknown length, or undefined once it passes the limit. */
async function readStream(request: Request, bytesMax: number): Promise<string | undefined> {
  if (request.body === null) return ''
  const decoder = new TextDecoder()
  const reader = request.body.getReader()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > bytesMax) {
      await reader.cancel()
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}
