// Puts the release before the present one in use again, or the one that --to names. Moves the alias `live` of each
// function. A function that reads moves after those that write what it reads: first those that take orders and answer,
// then the matcher, which reads the commands, and last the notifier and the lake function, which read the events. Nothing is built or
// deployed; each version stays in Lambda. --list shows the releases. The functions of live market data and of the lake are
// left as they are if the exchange, or the release, has none.
//
//   node scripts/infra-rollback.mjs [--list] [--to RELEASE] [--region REGION]
//
// Uses the AWS CLI. Prints the variable that keeps the next terraform apply from going forward again.
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'

/** In the sequence in which they move. */
const FUNCTIONS = {
  ingest: 'ExchangeIngest',
  query: 'ExchangeQuery',
  connect: 'ExchangeConnect',
  message: 'ExchangeMessage',
  disconnect: 'ExchangeDisconnect',
  matcher: 'ExchangeMatcher',
  notifier: 'ExchangeNotifier',
  lake: 'ExchangeLake',
}
/** Terraform creates them unless market_data is false. Releases before that of the lake have no function of it. */
const OPTIONAL = ['connect', 'message', 'disconnect', 'notifier', 'lake']
const ALIAS = 'live'

const { values: options } = parseArgs({
  options: { to: { type: 'string' }, list: { type: 'boolean', default: false }, region: { type: 'string' } },
})

function aws(...args) {
  const region = options.region === undefined ? [] : ['--region', options.region]
  const call = ['lambda', ...args, ...region, '--output', 'json']
  return JSON.parse(execFileSync('aws', call, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }))
}

/** Its versions, undefined if an optional function does not exist. */
function versionsOf(key, name) {
  try {
    return aws('list-versions-by-function', '--function-name', name).Versions
  } catch (error) {
    if (OPTIONAL.includes(key) && String(error.stderr).includes('ResourceNotFoundException')) return undefined
    throw error
  }
}

/** The published versions, newest first, and the one in use. */
const functions = Object.entries(FUNCTIONS).flatMap(([key, name]) => {
  const all = versionsOf(key, name)
  if (all === undefined) return []
  const versions = all
    .filter(({ Version }) => Version !== '$LATEST')
    .map(({ Version, Description, LastModified }) => ({
      version: Number(Version),
      release: /Release (\w+)$/.exec(Description ?? '')?.[1],
      at: LastModified,
    }))
    .filter(({ release }) => release !== undefined)
    .sort((a, b) => b.version - a.version)
  const present = Number(aws('get-alias', '--function-name', name, '--name', ALIAS).FunctionVersion)
  return [{ key, name, versions, present }]
})

const matcher = functions.find(({ key }) => key === 'matcher')
const inUse = matcher.versions.find(({ version }) => version === matcher.present)
const releases = [...new Map([...matcher.versions].reverse().map((each) => [each.release, each])).values()].reverse()

if (options.list) {
  for (const { release, at } of releases)
    console.log(`${release}  ${at}${release === inUse?.release ? '  in use' : ''}`)
} else {
  rollBack(options.to ?? before(inUse))
}

/** The newest release that was published before the present one. */
function before(present) {
  const older = matcher.versions.find(
    ({ version, release }) => version < matcher.present && release !== present?.release,
  )
  if (older === undefined) throw new Error('there is no earlier release')
  return older.release
}

/** Checks that every function has the release before the first alias moves. */
function rollBack(release) {
  const moves = functions.flatMap(({ key, name, versions, present }) => {
    const target = versions.find((each) => each.release === release)
    if (target !== undefined) return [{ key, name, present, version: target.version }]
    // Every release has a version of each of its functions: this one is without it.
    if (OPTIONAL.includes(key)) return []
    throw new Error(`${name} has no version of release ${release}; --list shows the releases`)
  })
  for (const { name, version, present } of moves) {
    if (version !== present) {
      aws('update-alias', '--function-name', name, '--name', ALIAS, '--function-version', String(version))
    }
    console.log(`${name}: version ${present} -> ${version}`)
  }
  const pinned = moves.map(({ key, version }) => `${key} = "${version}"`).join(', ')
  console.log(`Release ${release} is in use. To keep it at the next apply, add to terraform.tfvars:`)
  console.log(`pinned_versions = { ${pinned} }`)
}
