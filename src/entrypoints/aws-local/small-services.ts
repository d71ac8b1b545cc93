/**
 * As much of SQS and Secrets Manager as the exchange uses: a message is taken and kept, a secret is
 * told. They speak AWS's JSON protocol; whatever else is asked of them is refused.
 */

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { listen, type Running } from './loopback.ts'

export interface SmallServices extends Running {
  /** Bodies of the messages sent, oldest first. */
  readonly messages: readonly string[]
  /** By ARN; may be changed at any time. */
  readonly secrets: Map<string, string>
}

export async function startSmallServices(): Promise<SmallServices> {
  const messages: string[] = []
  const secrets = new Map<string, string>()
  const answers: Record<string, (request: Record<string, string>) => object | undefined> = {
    'AmazonSQS.SendMessage': ({ MessageBody }) => {
      messages.push(MessageBody)
      return {
        MessageId: String(messages.length),
        MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
      }
    },
    'secretsmanager.GetSecretValue': ({ SecretId }) => {
      const SecretString = secrets.get(SecretId)
      return SecretString === undefined ? undefined : { ARN: SecretId, SecretString }
    },
  }
  const server = createServer(async (request, response) => {
    const answer = answers[String(request.headers['x-amz-target'])]?.(JSON.parse(await bodyOf(request)))
    response.writeHead(answer === undefined ? 400 : 200, { 'Content-Type': 'application/x-amz-json-1.1' })
    response.end(
      JSON.stringify(answer ?? { __type: 'ResourceNotFoundException', message: 'there is no such thing here' }),
    )
  })
  return { ...(await listen(server)), messages, secrets }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
