/**
 * A site beside the API: files by path, for GET and HEAD. Every other request goes to the handler behind it. The files
 * are known at the start, so that no path of a request is ever looked up on disk.
 */

import type { SiteFile } from './site-file.ts'

type Fetch<More extends unknown[]> = (request: Request, ...more: More) => Response | Promise<Response>

export type Site = ReadonlyMap<string, SiteFile>

export type SiteObserver = (path: string, method: string, status: number, seconds: number) => void

/** `observe` is called once for each request that the site answers. */
export function withSite<More extends unknown[]>(
  fetch: Fetch<More>,
  site: Site,
  observe: SiteObserver = () => {},
): Fetch<More> {
  return (request, ...more) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return fetch(request, ...more)
    const path = pathOf(request.url)
    const file = site.get(path)
    if (file === undefined) return fetch(request, ...more)
    const startedMs = performance.now()
    const response = file.answer(request)
    observe(path, request.method, response.status, (performance.now() - startedMs) / 1000)
    return response
  }
}

/** Without the host and the query. A URL object would cost each request of the API more than this. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  if (start < 0) return '/'
  const query = url.indexOf('?', start)
  return query < 0 ? url.slice(start) : url.slice(start, query)
}
