/**
 * The trading screen as a site: the files that Vite has built into dist/web, and the configuration that tells the
 * page where the exchange is. Without a build there is no site, and `/` leads to the documentation.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Site } from '../../http/site.ts'
import { SiteFile } from '../../http/site-file.ts'

const FOLDER = fileURLToPath(new URL('../../web/', import.meta.url))

/** The page has no inline script or style, and loads nothing from another host. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
const PAGE_HEADERS = { 'Content-Security-Policy': PAGE_POLICY, 'Referrer-Policy': 'no-referrer' }

const ASK_EACH_TIME = 'no-cache'
/** The name of an asset contains a hash of its content. */
const FOR_EVER = 'public, max-age=31536000, immutable'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}
const IS_TEXT = new Set(['.html', '.js', '.css', '.svg'])

/** The paths are relative, so that the page also works behind a proxy that adds a prefix. */
const CONFIGURATION = JSON.stringify({ version: 1, api: '', socket: 'ws' })

/** undefined: the screen is not built. */
export function screenFiles(folder: string = FOLDER): Site | undefined {
  const page = pageOf(folder)
  const assets = assetsOf(folder)
  if (page === undefined || assets === undefined) return undefined
  const configuration = new SiteFile(new TextEncoder().encode(CONFIGURATION), {
    contentType: 'application/json',
    cacheControl: ASK_EACH_TIME,
    isText: true,
  })
  return new Map([['/', page], ['/screen.json', configuration], ...assets])
}

/** The name of a path in metrics. Assets have one name together, because each build has others. */
export const screenRoute = (path: string): string => (path.startsWith('/assets/') ? '/assets/{file}' : path)

function pageOf(folder: string): SiteFile | undefined {
  try {
    const body = new Uint8Array(readFileSync(join(folder, 'index.html')))
    const contentType = TYPES['.html']
    return new SiteFile(body, { contentType, cacheControl: ASK_EACH_TIME, headers: PAGE_HEADERS, isText: true })
  } catch {
    return undefined
  }
}

/** undefined: a build that was interrupted. */
function assetsOf(folder: string): [string, SiteFile][] | undefined {
  if (!existsSync(join(folder, 'assets'))) return undefined
  return readdirSync(join(folder, 'assets')).flatMap((name): [string, SiteFile][] => {
    const extension = extname(name)
    const contentType = TYPES[extension]
    if (contentType === undefined) return []
    const body = new Uint8Array(readFileSync(join(folder, 'assets', name)))
    const options = { contentType, cacheControl: FOR_EVER, isText: IS_TEXT.has(extension) }
    return [[`/assets/${name}`, new SiteFile(body, options)]]
  })
}
