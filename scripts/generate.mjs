/** Writes the files that are generated from tables of the code. test/generated lists and checks them. */

import { spawnSync } from 'node:child_process'

const run = (command, ...args) => {
  const env = { ...process.env, UPDATE_GENERATED: '1' }
  const { status } = spawnSync('npx', [command, ...args], { stdio: 'inherit', env })
  if (status !== 0) process.exit(status ?? 1)
}

run('vitest', 'run', '--project', 'unit', 'test/generated')
run('biome', 'format', '--write', 'infra', 'biome.json', 'docs/operate/grafana-dashboard.json')
