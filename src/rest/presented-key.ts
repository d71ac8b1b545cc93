/** The API key of a request: `Authorization: Bearer KEY`, or `X-API-Key: KEY`. */

export function presentedKey(headers: Headers): string | undefined {
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const bearer = /^bearer +(\S+)$/i.exec(authorization)
    if (bearer !== null) return bearer[1]
  }
  return headers.get('x-api-key') ?? undefined
}
