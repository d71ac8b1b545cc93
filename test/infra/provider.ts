/**
 * The AWS provider as one process that all commands of a workspace use. Without it, Terraform computes the checksum
 * of the provider (700 MB) and starts it several times in every command, which is half the processor time of a plan.
 * Terraform does not check the version of such a provider, but `terraform init` has checked it before.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Terraform and its provider are written in Go. Fewer garbage collections save a third of their processor time. */
export const GARBAGE_COLLECTION = { GOGC: '400' }

/** Otherwise the provider logs every call with its body. */
const NO_LOG = Object.fromEntries(
  ['SDK', 'SDK_PROTO', 'SDK_MUX', 'SDK_FRAMEWORK', 'PROVIDER_AWS'].map((logger) => [`TF_LOG_${logger}`, 'off']),
)

export class Provider {
  /** For TF_REATTACH_PROVIDERS. */
  readonly address: string
  private readonly process: ChildProcess

  private constructor(process: ChildProcess, address: string) {
    this.process = process
    this.address = address
  }

  /** Starts the provider that `terraform init` has installed in the folder. Throws an error if it does not start. */
  static async start(folder: string, env: NodeJS.ProcessEnv): Promise<Provider> {
    const installed = join(folder, '.terraform/providers')
    const registry = only(installed)
    const platforms = join(installed, registry, 'hashicorp/aws', only(join(installed, registry, 'hashicorp/aws')))
    const platform = join(platforms, only(platforms))
    const program = readdirSync(platform).find((name) => name.startsWith('terraform-provider-aws'))
    if (program === undefined) throw new Error(`no provider in ${platform}`)
    const child = spawn(join(platform, program), ['-debug'], {
      // Paths in the configuration are relative to the folder.
      cwd: folder,
      env: { ...env, ...NO_LOG },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    process.once('exit', () => child.kill())
    for await (const line of createInterface({ input: child.stdout })) {
      const printed = /TF_REATTACH_PROVIDERS='(.*)'/.exec(line)?.[1]
      if (printed === undefined) continue
      // It prints the name that it has in Terraform's registry. OpenTofu has another registry.
      const [address] = Object.values(JSON.parse(printed) as object)
      return new Provider(child, JSON.stringify({ [`${registry}/hashicorp/aws`]: address }))
    }
    throw new Error('the AWS provider ended before it listened')
  }

  stop(): void {
    this.process.kill()
  }
}

/** The only entry of a folder. */
function only(folder: string): string {
  const [name, ...others] = readdirSync(folder)
  if (name === undefined || others.length > 0) throw new Error(`${folder} must have one entry`)
  return name
}
