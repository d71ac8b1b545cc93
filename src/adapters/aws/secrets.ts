/** A token in Secrets Manager. It is read once, and again after the service has refused it. */

import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { operationalFailure } from './backoff.ts'

export class SecretToken {
  private readonly client: SecretsManagerClient
  private readonly arn: string
  private reading: Promise<string> | undefined

  constructor(client: SecretsManagerClient, arn: string) {
    this.client = client
    this.arn = arn
  }

  /** The token as last read. Throws OperationalFailure. A failure is not cached. */
  current(): Promise<string> {
    this.reading ??= this.read()
    return this.reading
  }

  /** Reads the token again, because the service has refused the token `refused`. */
  async renewed(refused: string): Promise<string> {
    const held = await this.current()
    // Another connection may have read the new token meanwhile.
    if (held !== refused) return held
    this.reading = this.read()
    return this.reading
  }

  private async read(): Promise<string> {
    try {
      const { SecretString = '' } = await this.client.send(new GetSecretValueCommand({ SecretId: this.arn }))
      return tokenIn(SecretString)
    } catch (cause) {
      this.reading = undefined
      throw operationalFailure('GetSecretValue', cause)
    }
  }
}

/** The secret is the token itself, or JSON with it under `authToken`. */
function tokenIn(secret: string): string {
  if (!secret.startsWith('{')) return secret
  const { authToken } = JSON.parse(secret) as { authToken?: unknown }
  if (typeof authToken !== 'string') throw new RangeError('the secret has no authToken')
  return authToken
}
