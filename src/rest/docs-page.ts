/**
 * The pages of `/docs`: Swagger UI where its files are at hand, else a plain list of the routes; and
 * the list of problems that every problem's `type` points to. No inline script and nothing from
 * elsewhere, so that the content security policy can forbid both.
 */

import { PROBLEM_CODES, PROBLEMS } from './problems.ts'
import type { Route } from './route.ts'

/** Swagger UI sets inline styles and draws its icons from data URLs; scripts are our own files only. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export const HTML_HEADERS = { 'Content-Security-Policy': POLICY, 'Cache-Control': 'public, max-age=300' }

/** The files of swagger-ui-dist that the page loads. */
export const SWAGGER_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']

/** Starts Swagger UI; served as `/docs/start.js`. */
export const START_SCRIPT = `window.ui = SwaggerUIBundle({
  url: document.querySelector('#docs').dataset.document,
  dom_id: '#docs',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
})
`

const page = (title: string, head: string, body: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${head}</head>
<body>
${body}
</body>
</html>
`

/** Paths are relative to `/docs`, so that a prefix in front of the exchange does no harm. */
export const swaggerPage = page(
  'Bidding Exchange API',
  `<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
`,
  `<div id="docs" data-document="openapi.json"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>`,
)

export function routesPage(routes: readonly Route[]): string {
  const rows = routes.map(({ method, path, summary }) => `<tr><td>${method}<td><code>${path}</code><td>${summary}`)
  return page(
    'Bidding Exchange API',
    '',
    `<h1>Bidding Exchange API</h1>
<p>The whole of it: <a href="openapi.json">openapi.json</a>. What can go wrong: <a href="docs/problems">problems</a>.
<table>
${rows.join('\n')}
</table>`,
  )
}

export const problemsPage = page(
  'Problems',
  '',
  `<h1>Problems</h1>
<p>Of several faults of one request the first in this table is reported.
<table>
<tr><th>code<th>status<th>meaning
${PROBLEM_CODES.map((code) => `<tr id="${code}"><td><code>${code}</code><td>${PROBLEMS[code].status}<td>${PROBLEMS[code].title}`).join('\n')}
</table>`,
)
