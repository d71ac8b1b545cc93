/** The trading screen over real HTTP: its files, their headers, and the limits that they share with the API. */

import { request } from 'node:http'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { startExchange } from './running-exchange.ts'

interface Received {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

function ask(url: string, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Received> {
  return new Promise((resolve, reject) => {
    request(new URL(path, url), { headers, method }, (response) => {
      let text = ''
      response.setEncoding('latin1')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }))
    })
      .on('error', reject)
      .end()
  })
}

test('the page, its assets and its configuration', async () => {
  const { url } = await startExchange(temporaryDirectory())
  const page = await ask(url, '/')
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
  expect(policy).not.toContain('unsafe')
  // Nothing inline, and nothing of another host.
  expect(page.text).not.toMatch(/<style|<script(?![^>]*\bsrc=)|\son\w+=|(?:src|href)="(?:https?:)?\/\//)

  const assets = [...page.text.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(([, path]) => path)
  expect(new Set(assets.map((path) => path.split('.').at(-1)))).toEqual(new Set(['css', 'js', 'svg']))
  for (const path of assets) {
    const asset = await ask(url, path, { 'Accept-Encoding': 'gzip' })
    expect(asset.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'content-length': String(asset.text.length),
    })
    const known = await ask(url, path, { 'Accept-Encoding': 'gzip', 'If-None-Match': String(asset.headers.etag) })
    expect([known.status, known.text]).toEqual([304, ''])
  }
  const head = await ask(url, '/', {}, 'HEAD')
  expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', String(page.text.length)])
  expect(JSON.parse((await ask(url, '/screen.json')).text)).toEqual({ version: 1, api: '', socket: 'ws' })
  expect((await ask(url, '/assets/..%2f..%2fcli.js')).status).toBe(404)
  expect((await ask(url, '/', {}, 'POST')).status).toBe(405)
  expect((await ask(url, '/metrics')).text).toContain(
    `route="/assets/{file}",method="GET",status="200"} ${assets.length}`,
  )
})

test('without keys a foreign name gets no page, and the limit of an address counts its files', async () => {
  const { url } = await startExchange(temporaryDirectory(), ['--address-limit', '3'])
  expect((await ask(url, '/', { Host: 'foreign.example' })).status).toBe(421)
  const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await ask(url, '/')).status))
  expect(new Set(statuses)).toEqual(new Set([200, 429]))
})
