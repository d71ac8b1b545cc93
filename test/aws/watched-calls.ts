/**
 * Shows a test each call to DynamoDB as it is sent, whether the SDK made it or src/adapters/aws/signed-calls.ts. The
 * test may change the input, make the call fail, and read the answer. Emulators do not check the signature.
 */

import { Readable } from 'node:stream'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

export type Json = Record<string, unknown>

export interface CallWatcher {
  /** `operation`: as `UpdateItem`. The call fails with what this throws. */
  sent?(operation: string, input: Json): void
  answered?(operation: string, answer: Json, statusCode: number): void
}

interface Request {
  headers: Record<string, string>
  body: string | Uint8Array
}

export function watchCalls(client: DynamoDBClient, { sent, answered }: CallWatcher): void {
  const { requestHandler } = client.config
  const handle = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = async (request, options) => {
    const { headers, body } = request as unknown as Request
    const operation = headers['x-amz-target'].split('.')[1]
    const input = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body))
    sent?.(operation, input)
    const changed = JSON.stringify(input)
    const length = String(Buffer.byteLength(changed))
    Object.assign(request, { headers: { ...headers, 'content-length': length }, body: changed })
    const result = await handle(request, options)
    const parts: Uint8Array[] = []
    for await (const part of result.response.body) parts.push(part)
    const text = Buffer.concat(parts)
    answered?.(operation, JSON.parse(text.toString() || '{}'), result.response.statusCode)
    result.response.body = Readable.from([text])
    return result
  }
}
