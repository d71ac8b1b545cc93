/**
 * The pages of `/docs`: Swagger UI where its files are at hand, else a plain list of the routes; and
 * the list of problems that every problem's `type` points to. No inline script and nothing from
 * elsewhere, so that the content security policy can forbid both.
 */

import { PROBLEM_GUIDE } from './problem-guide.ts'
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from './problems.ts'
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

/** Of our own pages. The path is relative to where the page itself is served. */
const stylesheet = (path: string) => `<link rel="stylesheet" href="${path}">\n`

export function routesPage(routes: readonly Route[]): string {
  const rows = routes.map(({ method, path, summary }) => `<tr><td>${method}<td><code>${path}</code><td>${summary}`)
  return page(
    'Bidding Exchange API',
    stylesheet('docs/style.css'),
    `<h1>Bidding Exchange API</h1>
<p>The whole of it: <a href="openapi.json">openapi.json</a>. What can go wrong: <a href="docs/problems">problems</a>.
<table>
<thead><tr><th>method<th>path<th>what it does</thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`,
  )
}

const problemRow = (code: ProblemCode): string => {
  const { status, title } = PROBLEMS[code]
  const { remedy, detail } = PROBLEM_GUIDE[code]
  const meaning = detail === title ? title : `${title}<br><small>${escaped(detail)}</small>`
  return `<tr id="${code}"><td><a href="#${code}"><code>${code}</code></a><td>${status}<td>${meaning}<td>${remedy}`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

export const problemsPage = page(
  'Problems',
  stylesheet('style.css'),
  `<p><a href="../docs">← Bidding Exchange API</a>
<h1>Problems</h1>
<p>A request that is refused is answered with <code>application/problem+json</code>. Its <code>code</code> is one
of these and permanent; its <code>detail</code> is for people, such as the small text here. Of several faults of one request the first in this
table is reported.
<table>
<thead><tr><th>code<th>status<th>meaning<th>what to do</thead>
<tbody>
${PROBLEM_CODES.map(problemRow).join('\n')}
</tbody>
</table>`,
)
