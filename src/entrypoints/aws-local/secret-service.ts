/** The part of Secrets Manager that the exchange uses: it returns a secret. It refuses all other calls. */

import { createServer } from 'node:http'
import { bytesOf, listen, type Running } from './loopback.ts'

export interface SecretService extends Running {
  /** Secrets by ARN. They may change at any time. */
  readonly secrets: Map<string, string>
}

export async function startSecrets(): Promise<SecretService> {
  const secrets = new Map<string, string>()
  const server = createServer(async (request, response) => {
    const { SecretId } = JSON.parse((await bytesOf(request)).toString('utf8')) as { SecretId: string }
    const asked = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue'
    const SecretString = asked ? secrets.get(SecretId) : undefined
    const known = SecretString !== undefined
    response.writeHead(known ? 200 : 400, { 'Content-Type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(known ? { ARN: SecretId, SecretString } : { __type: 'ResourceNotFoundException' }))
  })
  return { ...(await listen(server)), secrets }
}
