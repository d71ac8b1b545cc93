/** What the pipelines promise, read from their files: pinned actions, locked packages, the approved plan, a tied role. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const github = fileURLToPath(new URL('../../.github', import.meta.url))
const files = readdirSync(github, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'))
const textOf = (name: string) => readFileSync(join(github, name), 'utf8')

/** A job of a workflow, without its comments. */
function jobOf(workflow: string, job: string): string {
  const text = textOf(`workflows/${workflow}.yml`).replaceAll(/^\s*#.*\n/gm, '')
  const found = new RegExp(`^  ${job}:\\n(?:(?:    .*)?\\n)*`, 'm').exec(text)
  if (found === null) throw new Error(`${workflow}.yml has no job ${job}`)
  return found[0]
}

describe.each(files)('%s', (name) => {
  test('every action is pinned by its commit, with the version beside it', () => {
    const uses = [...textOf(name).matchAll(/uses: (.+)/g)].map(([, action]) => action as string)
    expect(uses.length).toBeGreaterThan(0)
    const loose = uses.filter(
      (action) => !action.startsWith('./') && !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/.test(action),
    )
    expect(loose).toEqual([])
  })

  test('packages are those of the lock file', () => {
    expect(textOf(name)).not.toMatch(/npm (install|i)\b/)
  })
})

test('the tests run with every program, and a skipped test fails the run', () => {
  for (const name of ['ci', 'infra']) {
    expect(textOf(`workflows/${name}.yml`)).toContain('EXCHANGE_REQUIRE_ALL: "1"')
    expect(textOf(`workflows/${name}.yml`)).toContain('providers mirror')
  }
  for (const program of ['redis-server', 'strace', 'chromium', 'setup-terraform', 'moto[server]']) {
    expect(jobOf('ci', 'test')).toContain(program)
  }
})

test('the job that builds gets no token, and the jobs that get one run no package', () => {
  expect(jobOf('deploy', 'build')).not.toContain('id-token')
  for (const job of ['plan', 'apply']) {
    expect(jobOf('deploy', job)).toContain('id-token: write')
    expect(jobOf('deploy', job)).not.toMatch(/\bnp[mx]\b/)
  }
})

test('the plan that is applied is the one that was approved', () => {
  const apply = jobOf('deploy', 'apply')
  expect(jobOf('deploy', 'plan')).toContain('-out=exchange.tfplan')
  expect(apply).not.toContain('terraform plan')
  expect(apply).not.toContain('-auto-approve')
  const compared = apply.indexOf('test "$(sha256sum exchange.tfplan')
  expect(compared).toBeGreaterThan(0)
  expect(apply.indexOf('terraform apply -input=false exchange.tfplan')).toBeGreaterThan(compared)
  expect(apply).toContain(`DIGEST: \${{ needs.plan.outputs.digest }}`)
})

test('only the branch main deploys, and only after the approval of production', () => {
  expect(jobOf('deploy', 'build')).toContain("if: github.ref == 'refs/heads/main'")
  expect(jobOf('deploy', 'plan')).toContain('needs: build')
  expect(jobOf('deploy', 'apply')).toContain('needs: [build, plan]')
  expect(jobOf('deploy', 'apply')).toContain('environment: production')
})

test('the pipeline uploads the screen as the guide does: assets first, nothing deleted', () => {
  const uploads = (text: string) =>
    [...text.matchAll(/aws s3 (?:sync|cp) \.\.\/dist\/web.*/g)].map(([command]) => command)
  const guide = readFileSync(join(github, '../docs/operate/deploy.md'), 'utf8')
  const [assets, page, ...more] = uploads(jobOf('deploy', 'apply'))
  expect(uploads(guide)).toEqual([assets, page])
  expect(more).toEqual([])
  expect(assets).toContain('/assets')
  expect(assets).toContain('immutable')
  expect(assets).not.toContain('--delete')
  expect(page).toContain('index.html')
  expect(jobOf('deploy', 'build')).toContain('dist-lambda/screen.zip')
})
