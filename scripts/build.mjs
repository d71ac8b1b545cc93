// Compiles src to dist, incrementally, and builds the trading screen of web to dist/web if its inputs have changed.
// The compiler and Vite are development dependencies, so they may be absent. Then --on-install prints what to do and
// succeeds, because npm install must not fail. --before-run fails only if nothing is compiled yet. Without a flag a
// missing compiler is an error. A packed package has no sources, so nothing is compiled there. --clean removes the
// files of an earlier build, so that a package contains no file whose source was deleted.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { 'on-install': { type: 'boolean' }, 'before-run': { type: 'boolean' }, clean: { type: 'boolean' } },
})
const root = fileURLToPath(new URL('..', import.meta.url))
const command = `${root}dist/entrypoints/cli.js`
const screen = `${root}dist/web/index.html`
/** What the last build of the screen was made from. */
const screenInputs = `${root}dist/.screen-inputs`

process.exitCode = run()

/** The exit code. */
function run() {
  if (!existsSync(`${root}tsconfig.build.json`)) return 0
  const compiler = toolPath('typescript', 'bin/tsc')
  const vite = toolPath('vite', 'bin/vite.js')
  if (compiler !== undefined && vite !== undefined) return build(compiler, vite)
  const compiled = existsSync(command)
  if (compiled && values['before-run']) return 0
  console.error(
    compiled
      ? 'bidding-exchange: the compiler is not installed, so dist stays as it was compiled before.'
      : 'bidding-exchange is not compiled, because its compiler is a development dependency: ' +
          'run npm install without --omit=dev, or install the tarball that npm pack makes.',
  )
  return values['on-install'] ? 0 : 1
}

/** Path of a tool, or undefined if only production dependencies are installed. */
function toolPath(name, file) {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file)
  } catch {
    return undefined
  }
}

/** The exit code. */
function build(compiler, vite) {
  if (values.clean) rmSync(`${root}dist`, { recursive: true, force: true })
  const status = node(compiler, '-p', 'tsconfig.build.json') || node('scripts/own-constants.mjs', 'dist')
  if (status !== 0) return status
  // npm links the command to the built file, which the compiler does not make executable.
  chmodSync(command, 0o755)
  return buildScreen(vite)
}

/** The exit code. */
function buildScreen(vite) {
  const inputs = inputsOfScreen()
  if (existsSync(screen) && existsSync(screenInputs) && readFileSync(screenInputs, 'utf8') === inputs) return 0
  // With another value in the environment, packages give their larger development builds.
  process.env.NODE_ENV = 'production'
  const status = node(vite, 'build', 'web', '--logLevel', 'warn')
  if (status === 0) writeFileSync(screenInputs, inputs)
  return status
}

/** A hash of the sources and of the versions of the packages. */
function inputsOfScreen() {
  const hash = createHash('sha256').update(readFileSync(`${root}package-lock.json`))
  for (const folder of ['web', 'src/client', 'src/marketdata', 'src/protocol']) {
    const entries = readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    for (const path of paths.sort()) hash.update(path.slice(root.length)).update(readFileSync(path))
  }
  return hash.digest('hex')
}

function node(...words) {
  return spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' }).status ?? 1
}
