/**
 * Who may import whom: one row for each folder of src and of web. The overrides of biome.json are made from it, and a test
 * compares the table in ARCHITECTURE.md with it. A folder without a row may import nothing of ours, so a new folder
 * needs a row first. Rows of folders that do not exist yet are those of the next features.
 */

interface ImportRule {
  readonly may: readonly string[]
  /** Synchronous, without a clock, randomness or Node: a browser can load it. */
  readonly pure?: true
  /** Order entry serves every transport. */
  readonly noHttp?: true
}

const BOOKS = ['protocol', 'ports', 'engine', 'matcher', 'orders', 'accounts']
const API = ['protocol', 'ports', 'entry', 'http', 'marketdata']
const DIALECT = [...API, 'api']

export const IMPORT_RULES: Readonly<Record<string, ImportRule>> = {
  protocol: { may: [], pure: true },
  engine: { may: ['protocol'], pure: true },
  ports: { may: ['protocol'] },
  marketdata: { may: ['protocol'], pure: true },
  orders: { may: ['protocol', 'ports', 'marketdata'] },
  accounts: { may: ['protocol', 'ports'] },
  matcher: { may: ['protocol', 'ports', 'engine'] },
  recovery: { may: BOOKS },
  shard: { may: [...BOOKS, 'recovery'] },
  entry: { may: ['protocol', 'ports'], noHttp: true },
  http: { may: ['protocol'] },
  api: { may: API },
  rest: { may: DIALECT },
  websocket: { may: DIALECT },
  client: { may: ['protocol', 'marketdata'] },
  lake: { may: ['protocol', 'ports'] },
  'lake-query': { may: ['protocol', 'lake'] },
  replay: { may: ['protocol', 'ports', 'entry'] },
  'demo-market': { may: ['protocol', 'ports', 'entry'] },
  'exchange-book': { may: ['protocol', 'engine'] },
  'event-source-mapping': { may: ['protocol', 'ports'] },
  'adapters/embedded': { may: ['protocol', 'ports', 'marketdata', 'lake'] },
  'adapters/aws': { may: ['protocol', 'ports', 'marketdata', 'lake'] },
  'adapters/opentelemetry': { may: ['protocol', 'ports'] },
  'exchange.ts': { may: [...BOOKS, 'recovery', 'entry'] },
}

/** The folders of the screen, in the order feed, state, panels: each may import those before it, and these of src. */
export const SCREEN_RULES: Readonly<Record<string, readonly string[]>> = {
  feed: ['client', 'protocol', 'marketdata'],
  state: ['client', 'protocol', 'marketdata'],
  panels: ['protocol'],
}
/** What each folder of the screen imports of the screen itself. */
export const SCREEN_ORDER: Readonly<Record<string, readonly string[]>> = {
  feed: [],
  state: ['feed'],
  panels: ['state'],
}

/** The folders of web/state: each may import those before it, and no file beside them. */
export const STATE_ORDER = ['page', 'text', 'session', 'market', 'ticket', 'orders', 'book', 'operations']

/** Wiring: it may import everything, and nobody imports it. */
const WIRING = 'entrypoints'

const ALL = [...Object.keys(IMPORT_RULES), WIRING]
const isFile = (name: string) => name.endsWith('.ts')
const filesOf = (name: string) => (isFile(name) ? `src/${name}` : `src/${name}/**`)
/** Matches an import of the folder from any depth. */
const importsOf = (name: string) => (isFile(name) ? `**/${name}` : `**/${name}/**`)

const PURE_GLOBALS = [
  'process',
  'console',
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'crypto',
]
const HTTP_GLOBALS = ['Request', 'Response', 'Headers', 'fetch']
const NO_HTTP = 'order entry knows no HTTP (CONTRIBUTING.md)'

const withReason = (names: readonly string[], reason: string) => Object.fromEntries(names.map((name) => [name, reason]))
const denied = (deniedGlobals: object) => ({ noRestrictedGlobals: { level: 'error', options: { deniedGlobals } } })

function overrideOf(name: string, { may, pure, noHttp }: ImportRule) {
  const message = `src/${name} may import only ${may.join(', ') || 'nothing of ours'} (CONTRIBUTING.md)`
  const group = ALL.filter((other) => other !== name && !may.includes(other)).map(importsOf)
  const options = { patterns: [{ group, message }], ...(noHttp && { paths: { hono: NO_HTTP } }) }
  const style = {
    noRestrictedImports: { level: 'error', options },
    ...(pure &&
      denied({
        ...withReason(PURE_GLOBALS, 'this folder is pure: time and randomness arrive in the command'),
        Buffer: 'this folder runs in a browser too: use Uint8Array',
      })),
    ...(noHttp && denied(withReason(HTTP_GLOBALS, NO_HTTP))),
  }
  return {
    includes: isFile(name) ? [filesOf(name)] : [filesOf(name), '!**/*.test.ts'],
    linter: { rules: { style, ...(pure && { correctness: { noNodejsModules: 'error' } }) } },
  }
}

/** An import of a folder of src begins at src, because the screen has folders with the same names. */
function screenPattern(name: string) {
  const own = SCREEN_ORDER[name]
  const may = [...own.map((other) => `web/${other}`), ...SCREEN_RULES[name]]
  const message = `web/${name} may import only ${may.join(', ')} (CONTRIBUTING.md)`
  const group = [
    ...ALL.filter((other) => !SCREEN_RULES[name].includes(other)).map((other) => `**/src/${importsOf(other).slice(3)}`),
    ...Object.keys(SCREEN_RULES)
      .filter((other) => other !== name && !own.includes(other))
      .map((other) => `**/${other}/**`),
  ]
  return { group, message }
}

function screenOverride(includes: string, patterns: readonly object[]) {
  const style = { noRestrictedImports: { level: 'error', options: { patterns } } }
  const correctness = { noNodejsModules: 'error' }
  return { includes: [includes, '!**/*.test.ts'], linter: { rules: { style, correctness } } }
}

/** The last override that matches a file counts, so it repeats the rule of web/state. */
function stateOverride(name: string) {
  const before = STATE_ORDER.slice(0, STATE_ORDER.indexOf(name))
  const later = STATE_ORDER.filter((other) => other !== name && !before.includes(other))
  const message = `web/state/${name} may import of web/state only ${before.join(', ') || 'nothing'} (CONTRIBUTING.md)`
  const group = ['../*.ts', ...later.map((other) => `../${other}/**`)]
  return screenOverride(`web/state/${name}/**`, [screenPattern('state'), { group, message }])
}

/** The rule of files in folders without a row. */
function unknownFolder() {
  const message = 'this folder has no row in test/generated/import-rules.ts'
  const style = {
    noRestrictedImports: { level: 'error', options: { patterns: [{ group: ALL.map(importsOf), message }] } },
  }
  const includes = ['src/*/**', ...ALL.filter((name) => !isFile(name)).map((name) => `!${filesOf(name)}`)]
  return { includes, linter: { rules: { style } } }
}

/** biome.json with the overrides of the table. Everything else in it stays as it is. */
export function biomeConfiguration(present: string): string {
  const overrides = [
    unknownFolder(),
    ...Object.entries(IMPORT_RULES).map(([name, rule]) => overrideOf(name, rule)),
    ...Object.keys(SCREEN_RULES).map((name) => screenOverride(`web/${name}/**`, [screenPattern(name)])),
    ...STATE_ORDER.map(stateOverride),
    { includes: ['*.config.ts', 'web/*.config.ts'], linter: { rules: { style: { noDefaultExport: 'off' } } } },
  ]
  return `${JSON.stringify({ ...JSON.parse(present), overrides }, null, 2)}\n`
}
