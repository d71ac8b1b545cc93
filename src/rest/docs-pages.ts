/**
 * The pages of `/docs`: Swagger UI if its files are available, otherwise a plain list of the routes. Another
 * page lists the problems; the `type` of every problem links to it. The pages have no inline script and load
 * nothing from other hosts, so that the content security policy can forbid both.
 */

import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '../api/problems.ts'
import { PROBLEM_GUIDE } from './problem-guide.ts'
import type { Route } from './route.ts'

/** Swagger UI sets inline styles and draws its icons from data URLs. Scripts may come from this host only. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export const HTML = 'text/html; charset=utf-8'
export const HTML_HEADERS = { 'Content-Security-Policy': POLICY }

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

/** Paths are relative to `/docs`, so that the page also works behind a proxy that adds a prefix. */
export const swaggerPage = page(
  'Bidding Exchange API',
  `<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
`,
  `<div id="docs" data-document="openapi.json"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>`,
)

/** The style sheet of the pages without Swagger UI. The path is relative to the path of the page. */
const stylesheet = (path: string) => `<link rel="stylesheet" href="${path}">\n`

export function routesPage(routes: readonly Route[]): string {
  const rows = routes.map(({ method, path, summary }) => `<tr><td>${method}<td><code>${path}</code><td>${summary}`)
  return page(
    'Bidding Exchange API',
    stylesheet('docs/style.css'),
    `<h1>Bidding Exchange API</h1>
<p>Full description: <a href="openapi.json">openapi.json</a>. Error codes: <a href="docs/problems">problems</a>.
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
<p>The answer to a rejected request is <code>application/problem+json</code>. Its <code>code</code> is one of those
below and never changes. Its <code>detail</code> is for people; the small text is an example. If a request has several
faults, the first one in this table is reported.
<table>
<thead><tr><th>code<th>status<th>meaning<th>what to do</thead>
<tbody>
${PROBLEM_CODES.map(problemRow).join('\n')}
</tbody>
</table>`,
)
