/** moto, an emulator of AWS, as a separate process on a free port of this machine. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { moto } from './tools.ts'

const START_MS_MAX = 60_000

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export class Emulator {
  readonly url: string
  private readonly process: ChildProcess

  private constructor(process: ChildProcess, url: string) {
    this.process = process
    this.url = url
  }

  static async start(): Promise<Emulator> {
    const port = await freePort()
    const env = { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' }
    const child = spawn(moto as string, ['-H', '127.0.0.1', '-p', String(port)], { env, stdio: 'ignore' })
    process.once('exit', () => child.kill())
    const emulator = new Emulator(child, `http://127.0.0.1:${port}`)
    const deadlineMs = Date.now() + START_MS_MAX
    while (!(await fetch(`${emulator.url}/moto-api/`).catch(() => undefined))?.ok) {
      if (Date.now() > deadlineMs) throw new Error('moto does not answer')
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    return emulator
  }

  /** The answer of a service to GET. moto finds the service in the signature of a request. */
  async ask(service: string, path: string): Promise<string> {
    const Authorization = `AWS4-HMAC-SHA256 Credential=mock/20260101/eu-central-1/${service}/aws4_request`
    return (await fetch(this.url + path, { headers: { Authorization } })).text()
  }

  stop(): void {
    this.process.kill()
  }
}

/** Leaves out resources that moto cannot create, and the lifecycle rules, which the provider polls for a minute. */
export const OVERRIDES = `
provider "aws" {
  s3_use_path_style = true
}

locals {
  redis_host = "exchange.test"
}

resource "aws_elasticache_parameter_group" "redis" {
  count = 0
}

resource "aws_elasticache_replication_group" "redis" {
  count                = 0
  parameter_group_name = "none"
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  count = 0
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  count = 0
}

resource "aws_apigatewayv2_deployment" "socket" {
  count = 0
}

resource "aws_apigatewayv2_stage" "socket" {
  deployment_id = null
}

resource "aws_xray_group" "exchange" {
  count = 0
}

resource "aws_xray_sampling_rule" "exchange" {
  count = 0
}
`

/** Attributes that moto does not store, by type. A second plan would set them again. */
export const FORGOTTEN: Readonly<Record<string, readonly string[]>> = {
  aws_kinesis_stream: ['tags_all'],
  aws_lambda_event_source_mapping: ['function_name'],
  aws_lambda_function: ['kms_key_arn', 'logging_config', 'last_modified', 'qualified_arn', 'version'],
  aws_vpc_security_group_egress_rule: ['description'],
  aws_vpc_security_group_ingress_rule: ['description'],
}

/** Resources that moto can create but not delete. They are removed from the state before destroy. */
export const UNDELETABLE = ['aws_athena_named_query.guide', 'aws_elasticache_subnet_group.redis']
