/**
 * Finds the programs that these tests run: Terraform (or OpenTofu), a folder with its AWS provider, moto.
 * Nothing is downloaded unless TF_USE_REGISTRY=1 is set. A test whose program is missing is skipped, and
 * its title names the program.
 */

import { accessSync, constants, existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Folders searched for a local provider mirror, after TF_PLUGIN_DIR. */
const MIRRORS = [
  join(homedir(), '.terraform.d/plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
  '/opt/tf-plugins',
]
const PROVIDERS = ['registry.terraform.io/hashicorp/aws', 'registry.opentofu.org/hashicorp/aws']

function onPath(name: string): string | undefined {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

export const terraform = process.env.TERRAFORM ?? onPath('terraform') ?? onPath('tofu')
export const moto = onPath('moto_server')

/** undefined: there is none, or the registry is used. */
export const pluginDir = [process.env.TF_PLUGIN_DIR ?? '', ...MIRRORS].find(
  (folder) => folder !== '' && PROVIDERS.some((provider) => existsSync(join(folder, provider))),
)

const noTerraform =
  terraform === undefined
    ? 'neither terraform nor tofu is on PATH'
    : pluginDir === undefined && process.env.TF_USE_REGISTRY !== '1'
      ? 'no AWS provider in TF_PLUGIN_DIR (TF_USE_REGISTRY=1 downloads it)'
      : undefined

/** Why a test cannot run. undefined: it can. */
export const missing = {
  terraform: noTerraform,
  moto: noTerraform ?? (moto === undefined ? 'moto_server is not on PATH' : undefined),
}

for (const reason of new Set(Object.values(missing))) {
  if (reason !== undefined) process.stderr.write(`infra: skipped in part, ${reason}\n`)
}
