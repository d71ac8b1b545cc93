import { describe, expect, test } from 'vitest'
import { PROBLEM_GUIDE } from '../../src/rest/problem-guide.ts'
import { ROUTES } from '../../src/rest/route-table.ts'
import { clientOf, GUIDE_ORDER } from './client.ts'

const concrete = (path: string) =>
  path.replace('{orderId}', 'o').replace('{symbol}', 'BTCUSD').replace('{file}', 'start.js')

describe('paths and methods', () => {
  test('answers 404 for an unknown path', async () => {
    const { get, post } = clientOf()
    for (const path of ['/nothing', '/orders/', '/orders/a/b', '/Orders', '/orders/a/']) {
      expect((await get(path)).body.code).toBe('not_found')
    }
    expect((await post('/', {})).body.code).toBe('method_not_allowed')
  })

  test('answers a wrong method with 405 and the supported methods, on every path', async () => {
    const { send } = clientOf()
    for (const path of new Set(ROUTES.map((route) => route.path))) {
      const allowed = ROUTES.filter((route) => route.path === path).map((route) => route.method as string)
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        // The path /orders/batch also matches /orders/{orderId}, which supports more methods.
        if (allowed.includes(method) || path === '/orders/batch') continue
        const { status, body, headers } = await send(method, concrete(path))
        expect([path, method, status, body.code]).toEqual([path, method, 405, 'method_not_allowed'])
        for (const each of allowed) expect(headers.get('allow')).toContain(each)
      }
    }
  })

  test('has only routes that the fast router of hono supports', async () => {
    const { app, get } = clientOf()
    await get('/health')
    expect(app.router.name).toBe('SmartRouter + RegExpRouter')
  })

  test('answers OPTIONS with the supported methods', async () => {
    const { send } = clientOf()
    const { status, headers } = await send('OPTIONS', '/orders/o')
    expect([status, headers.get('allow')]).toEqual([204, 'GET, HEAD, PATCH, DELETE, OPTIONS'])
    expect((await send('OPTIONS', '/nothing')).status).toBe(404)
  })

  test('answers HEAD like GET, without a body', async () => {
    const { send } = clientOf()
    const { status, body, headers } = await send('HEAD', '/book/BTCUSD')
    expect([status, body, headers.get('content-type')]).toEqual([200, '', 'application/json'])
    expect((await send('HEAD', '/orders/nothing')).status).toBe(404)
    expect((await send('HEAD', '/orders/batch')).status).toBe(404)
  })

  test('sends a request id with every answer, and forbids content sniffing and caching', async () => {
    const { get, post } = clientOf()
    for (const reply of [await get('/orders'), await get('/nothing'), await post('/orders', '{')]) {
      expect(reply.headers.get('x-request-id')).toBeTruthy()
      expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
      expect(reply.headers.get('cache-control')).toBe('no-store')
    }
  })
})

describe('operation', () => {
  test('answers 200 or 503 for the health', async () => {
    expect((await clientOf().get('/health?probe=1')).body).toEqual({ status: 'ok' })
    const failing = clientOf(undefined, { health: async () => ({ status: 'failing', disk: 'full' }) })
    const { status, body } = await failing.get('/health')
    expect([status, body]).toEqual([503, { status: 'failing', disk: 'full' }])
  })

  test('serves metrics if the exchange has them', async () => {
    expect((await clientOf().get('/metrics')).body.code).toBe('not_found')
    const metricsText = async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' })
    const { body, headers } = await clientOf(undefined, { metricsText }).get('/metrics')
    expect([body, headers.get('content-type')]).toEqual(['up 1\n', 'text/plain; version=0.0.4'])
  })

  test('reports every answer with the template of its route', async () => {
    const seen: unknown[] = []
    const { get, post } = clientOf(undefined, {
      observe: (route, method, status, seconds) => seen.push([route, method, status, seconds >= 0 && seconds < 60]),
    })
    await post('/orders', GUIDE_ORDER)
    await get('/orders/nothing')
    await get('/nothing')
    expect(seen).toEqual([
      ['/orders', 'POST', 202, true],
      ['/orders/{orderId}', 'GET', 404, true],
      ['unmatched', 'GET', 404, true],
    ])
  })
})

describe('the docs', () => {
  const docsAsset = (name: string) =>
    name === 'swagger-ui.css' || name === 'secret.txt' ? { body: 'css', contentType: 'text/css' } : undefined

  test('redirects from the root to /docs', async () => {
    const { status, headers } = await clientOf().get('/')
    expect([status, headers.get('location')]).toEqual([302, 'docs'])
  })

  test('serves Swagger UI, if available, on a page without inline script', async () => {
    const { get } = clientOf(undefined, { docsAsset })
    const { body, headers } = await get('/docs')
    expect(headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(body).not.toMatch(/<script>|https?:/)
    for (const [, file] of body.matchAll(/(?:src|href)="docs\/([^"]+)"/g)) {
      expect(['start.js', 'swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']).toContain(file)
    }
    expect((await get('/docs/swagger-ui.css')).body).toBe('css')
    expect((await get('/docs/start.js')).headers.get('content-type')).toContain('javascript')
    expect((await get('/docs/secret.txt')).status).toBe(404)
    expect((await get('/docs/..%2fsecret.txt')).status).toBe(404)
  })

  test('makes each page once, and answers 304 to a client that has it', async () => {
    const read: string[] = []
    const counted = (name: string) => {
      read.push(name)
      return docsAsset(name)
    }
    const { get } = clientOf(undefined, { docsAsset: counted })
    for (const path of [
      '/openapi.json',
      '/docs',
      '/docs/problems',
      '/docs/style.css',
      '/docs/start.js',
      '/docs/swagger-ui.css',
    ]) {
      const { status, headers } = await get(path)
      const tag = headers.get('etag') as string
      expect([path, status, tag]).toEqual([path, 200, expect.stringMatching(/^"[\w-]{22}"$/)])
      const again = await get(path, { 'If-None-Match': `"old", W/${tag}` })
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', tag])
      expect((await get(path, { 'If-None-Match': '"old"' })).status).toBe(200)
    }
    expect(read).toEqual(['swagger-ui.css'])
  })

  test('serves a list of the routes if Swagger UI is not available', async () => {
    const { get } = clientOf()
    const { body } = await get('/docs')
    for (const route of ROUTES) expect(body).toContain(`<td>${route.method}<td><code>${route.path}</code>`)
    expect((await get('/docs/start.js')).status).toBe(404)
  })

  test('serves the style sheet with and without Swagger UI', async () => {
    for (const { get } of [clientOf(), clientOf(undefined, { docsAsset })]) {
      const page = await get('/docs/problems')
      expect(page.body).toContain('href="style.css"')
      expect(page.body).toContain('href="../docs"')
      const { status, headers } = await get('/docs/style.css')
      expect([status, headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
    }
    expect((await clientOf().get('/docs')).body).toContain('href="docs/style.css"')
  })

  test('explains every problem on the page that its type links to', async () => {
    const { get } = clientOf()
    const { body } = await get('/nothing')
    const [path, anchor] = body.type.split('#')
    const page = (await get(path)).body
    expect(page).toContain(`id="${anchor}"`)
    for (const { remedy } of Object.values(PROBLEM_GUIDE)) expect(page).toContain(remedy)
  })
})
