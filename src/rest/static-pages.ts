/** The pages and files that do not change while the process runs: the OpenAPI document and all of `/docs`. */

import type { Answer } from '../http/answer-response.ts'
import { StaticAnswer } from '../http/static-answer.ts'
import { Rejection } from '../protocol/rejection.ts'
import { HTML, HTML_HEADERS, problemsPage, routesPage, START_SCRIPT, SWAGGER_FILES, swaggerPage } from './docs-pages.ts'
import { STYLE_SHEET } from './docs-style.ts'
import { openApiDocument } from './openapi.ts'
import type { RestPorts } from './rest-ports.ts'
import type { Route } from './route.ts'

export const NO_FILE = 'There is no such file.'

const ASK_EACH_TIME = 'no-cache'
const FIVE_MINUTES = 'public, max-age=300'
const DAY = 'public, max-age=86400'

const html = (page: string): StaticAnswer => new StaticAnswer(page, HTML, FIVE_MINUTES, HTML_HEADERS)

export class StaticPages {
  private readonly routes: () => readonly Route[]
  /** What was served already, by its path. */
  private readonly made = new WeakMap<RestPorts, Map<string, StaticAnswer>>()

  /** `routes` returns the whole table. */
  constructor(routes: () => readonly Route[]) {
    this.routes = routes
  }

  /** The page at `path`, or 304. Rejections: not_found. */
  answer(ports: RestPorts, path: string, headers: Headers): Answer | Rejection<'not_found'> {
    const made = this.made.get(ports) ?? new Map<string, StaticAnswer>()
    const page = made.get(path) ?? this.make(ports, path)
    if (page === undefined) return new Rejection('not_found', NO_FILE)
    this.made.set(ports, made.set(path, page))
    return page.answer(headers)
  }

  private make(ports: RestPorts, path: string): StaticAnswer | undefined {
    const { docsAsset } = ports
    switch (path) {
      case 'openapi.json': {
        const served = this.routes().filter(({ offered }) => offered?.(ports) ?? true)
        const document = openApiDocument(served, ports)
        return new StaticAnswer(JSON.stringify(document), 'application/json', ASK_EACH_TIME)
      }
      case 'asyncapi.json':
        return ports.asyncApi && new StaticAnswer(ports.asyncApi(), 'application/json', ASK_EACH_TIME)
      case 'docs':
        return html(docsAsset === undefined ? routesPage(this.routes()) : swaggerPage)
      case 'docs/problems':
        return html(problemsPage)
      case 'docs/style.css':
        return new StaticAnswer(STYLE_SHEET, 'text/css; charset=utf-8', DAY)
      case 'docs/start.js':
        return docsAsset && new StaticAnswer(START_SCRIPT, 'text/javascript; charset=utf-8', DAY)
    }
    const file = path.slice('docs/'.length)
    const asset = SWAGGER_FILES.includes(file) ? docsAsset?.(file) : undefined
    return asset && new StaticAnswer(asset.body, asset.contentType, DAY)
  }
}
