/**
 * Signature version 4 of a request to a service of AWS, as headers. Only what our calls need: a body that is text, no
 * query, and a path whose segments are encoded once. The key is derived again when its day or its secret changes.
 */

import { createHash, createHmac } from 'node:crypto'

export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface SignedRequest {
  readonly method: string
  readonly host: string
  /** As it is sent. */
  readonly path: string
  readonly region: string
  readonly body: string
  /** Further headers to be signed, with lower-case names. */
  readonly headers: Readonly<Record<string, string>>
}

interface SigningKey {
  readonly secret: string
  readonly scope: string
  readonly key: Buffer
}

export class RequestSigner {
  private readonly service: string
  private known: SigningKey | undefined

  /** `service`: its name in signatures. */
  constructor(service: string) {
    this.service = service
  }

  /** All headers of the request. `nowMs` may be a few minutes wrong. */
  headers(request: SignedRequest, credentials: SigningCredentials, nowMs: number): Record<string, string> {
    const { method, host, path, region, body } = request
    const { accessKeyId, secretAccessKey, sessionToken } = credentials
    const time = new Date(nowMs).toISOString().replace(/-|:|\.\d+/g, '')
    const digest = sha256(body)
    const headers: Record<string, string> = {
      ...request.headers,
      host,
      'x-amz-content-sha256': digest,
      'x-amz-date': time,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
    }
    const sorted = Object.keys(headers).sort()
    const names = sorted.join(';')
    const lines = sorted.map((name) => `${name}:${headers[name]}\n`).join('')
    const canonical = `${method}\n${encodedAgain(path)}\n\n${lines}\n${names}\n${digest}`
    const scope = `${time.slice(0, 8)}/${region}/${this.service}/aws4_request`
    const signature = hmac(
      this.keyOf(secretAccessKey, scope),
      `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`,
    ).toString('hex')
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
    return headers
  }

  private keyOf(secret: string, scope: string): Buffer {
    if (this.known?.secret !== secret || this.known.scope !== scope) {
      const key = scope.split('/').reduce<string | Buffer>((part, next) => hmac(part, next), `AWS4${secret}`)
      this.known = { secret, scope, key: key as Buffer }
    }
    return this.known.key
  }
}

/** All services but S3 sign each segment encoded twice. */
const encodedAgain = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
