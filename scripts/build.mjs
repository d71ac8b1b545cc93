// Compiles src to dist, incrementally. The compiler is a development dependency, so it may be absent.
// Then --on-install prints what to do and succeeds, because npm install must not fail. --before-run fails
// only if nothing is compiled yet. Without a flag a missing compiler is an error. A packed package has no
// sources, so nothing is compiled there. --clean removes the files of an earlier build, so that a package
// contains no file whose source was deleted.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { 'on-install': { type: 'boolean' }, 'before-run': { type: 'boolean' }, clean: { type: 'boolean' } },
})
const root = fileURLToPath(new URL('..', import.meta.url))
const command = `${root}dist/entrypoints/cli.js`

process.exitCode = run()

/** The exit code. */
function run() {
  if (!existsSync(`${root}tsconfig.build.json`)) return 0
  const compiler = compilerPath()
  if (compiler !== undefined) return build(compiler)
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

/** Path of the compiler, or undefined if only production dependencies are installed. */
function compilerPath() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  } catch {
    return undefined
  }
}

/** The exit code. */
function build(compiler) {
  if (values.clean) rmSync(`${root}dist`, { recursive: true, force: true })
  const node = (...words) => spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' }).status ?? 1
  const status = node(compiler, '-p', 'tsconfig.build.json') || node('scripts/own-constants.mjs', 'dist')
  // npm links the command to the built file, which the compiler does not make executable.
  if (status === 0) chmodSync(command, 0o755)
  return status
}
