// Puts the release before the present one in use again, or the one that --to names. Moves the alias `live` of the
// three functions: first those that take orders and read, the matcher last, because it must be able to read what
// they send. Nothing is built or deployed; each version stays in Lambda. --list shows the releases.
//
//   node scripts/infra-rollback.mjs [--list] [--to RELEASE] [--region REGION]
//
// Uses the AWS CLI. Prints the variable that keeps the next terraform apply from going forward again.
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const FUNCTIONS = { ingest: 'ExchangeIngest', query: 'ExchangeQuery', matcher: 'ExchangeMatcher' }
const ALIAS = 'live'

const { values: options } = parseArgs({
  options: { to: { type: 'string' }, list: { type: 'boolean', default: false }, region: { type: 'string' } },
})

function aws(...args) {
  const region = options.region === undefined ? [] : ['--region', options.region]
  return JSON.parse(execFileSync('aws', ['lambda', ...args, ...region, '--output', 'json'], { encoding: 'utf8' }))
}

/** The published versions, newest first, and the one in use. */
const functions = Object.entries(FUNCTIONS).map(([key, name]) => {
  const versions = aws('list-versions-by-function', '--function-name', name)
    .Versions.filter(({ Version }) => Version !== '$LATEST')
    .map(({ Version, Description, LastModified }) => ({
      version: Number(Version),
      release: /Release (\w+)$/.exec(Description ?? '')?.[1],
      at: LastModified,
    }))
    .filter(({ release }) => release !== undefined)
    .sort((a, b) => b.version - a.version)
  const present = Number(aws('get-alias', '--function-name', name, '--name', ALIAS).FunctionVersion)
  return { key, name, versions, present }
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
  const moves = functions.map(({ key, name, versions, present }) => {
    const target = versions.find((each) => each.release === release)
    if (target === undefined) throw new Error(`${name} has no version of release ${release}; --list shows the releases`)
    return { key, name, present, version: target.version }
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
