/**
 * A file of a site, in memory once for all requests. A client that accepts gzip gets the compressed bytes, which are
 * made at the first such request. A client that already has the file gets 304 without a body. Each encoding has an
 * ETag of its own, because a cache must not mix them.
 */

import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'

export interface SiteFileOptions {
  readonly contentType: string
  readonly cacheControl: string
  /** Headers of the file alone, such as the policy of a page. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whether it gets smaller by gzip; an image does not. */
  readonly isText: boolean
}

interface Version {
  readonly body: Uint8Array<ArrayBuffer>
  readonly tag: string
  readonly headers: Readonly<Record<string, string>>
}

export class SiteFile {
  private readonly options: SiteFileOptions
  private readonly plain: Version
  private compressed: Version | undefined

  constructor(body: Uint8Array<ArrayBuffer>, options: SiteFileOptions) {
    this.options = options
    this.plain = this.version(body)
  }

  /** The answer to GET or HEAD. */
  answer({ method, headers }: Request): Response {
    const version = this.options.isText && acceptsGzip(headers.get('accept-encoding')) ? this.gzip() : this.plain
    const known = headers.get('if-none-match')
    const isKnown = known !== null && (known === '*' || known.includes(version.tag))
    if (isKnown) return new Response(null, { status: 304, headers: version.headers })
    const length = { 'Content-Length': String(version.body.length) }
    const body = method === 'HEAD' ? null : version.body
    return new Response(body, { status: 200, headers: { ...version.headers, ...length } })
  }

  private gzip(): Version {
    this.compressed ??= this.version(new Uint8Array(gzipSync(this.plain.body, { level: 9 })), 'gzip')
    return this.compressed
  }

  private version(body: Uint8Array<ArrayBuffer>, encoding?: string): Version {
    const { contentType, cacheControl, headers, isText } = this.options
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    return {
      body,
      tag,
      headers: {
        'Content-Type': contentType,
        'Cache-Control': cacheControl,
        'X-Content-Type-Options': 'nosniff',
        ETag: tag,
        ...(encoding !== undefined && { 'Content-Encoding': encoding }),
        ...(isText && { Vary: 'Accept-Encoding' }),
        ...headers,
      },
    }
  }
}

/** Whether a client accepts gzip; `gzip;q=0` refuses it. */
export function acceptsGzip(header: string | null): boolean {
  const wishes = (header ?? '').toLowerCase().split(',')
  return wishes.some((wish) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$)[\d.]+\s*)?$/.test(wish))
}
