/**
 * Builds the trading screen into dist/web. All paths are relative, so that it also works behind a proxy that adds a
 * prefix. No file becomes a data URL or an inline script: the content security policy allows neither.
 *
 * `npx vite web` serves the sources with hot replacement, beside an exchange that runs on EXCHANGE_URL.
 */

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const exchange = process.env.EXCHANGE_URL ?? 'http://127.0.0.1:3000'

/** Paths of the exchange; everything else is a file of the screen. */
const EXCHANGE_PATHS =
  '^/(orders|instruments|book|trades|candles|ticker|fills|rules|time|health|metrics|docs|demo-market|screen\\.json|openapi\\.json|asyncapi\\.json)\\b'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // On a slow machine it would print a page about its own speed.
      checks: { pluginTimings: false },
      output: {
        // A chunk for what changes rarely, so that a new version of the screen leaves it in the cache.
        codeSplitting: {
          groups: [
            { name: 'preact', test: /node_modules\/(preact|@preact)\// },
            { name: 'lightweight-charts', test: /node_modules\/(lightweight-charts|fancy-canvas)\// },
            { name: 'client', test: /src\/(client|marketdata|protocol)\// },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    // The exchange checks the host and the origin of each request, so both stay as the browser sent them.
    proxy: {
      [EXCHANGE_PATHS]: { target: exchange, changeOrigin: false },
      '/ws': { target: exchange, ws: true, changeOrigin: false },
    },
  },
})
