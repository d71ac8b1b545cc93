import { createServer } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { bytesOf, listen, type Running } from '../../entrypoints/aws-local/loopback.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { SOCKET_FRAME_BYTES_MAX } from '../../protocol/limits.ts'
import { ApiGatewayPosts } from './api-gateway-posts.ts'

let statuses: number[] = []
let calls: string[] = []
let authorization = ''
const server = createServer(async (request, response) => {
  authorization = String(request.headers.authorization)
  calls.push(`${request.method} ${request.url} ${await bytesOf(request)}`)
  response.writeHead(statuses.shift() ?? 200).end()
})
let running: Running | undefined

async function opened(): Promise<ApiGatewayPosts> {
  running ??= await listen(server)
  const client = new DynamoDBClient({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' },
  })
  return new ApiGatewayPosts(client.config, `${running.url}/live`)
}

beforeEach(() => {
  statuses = []
  calls = []
})
afterAll(() => running?.close())

test('posts, asks and closes below the stage', async () => {
  const posts = await opened()
  expect(await posts.post('L0SM9cOF/HcCIhw=', '{"price":"1 €"}')).toBe('sent')
  statuses = [200, 204]
  expect(await posts.isOpen('a=')).toBe(true)
  await posts.close('a=')
  expect(calls).toEqual([
    'POST /live/@connections/L0SM9cOF%2FHcCIhw%3D {"price":"1 €"}',
    'GET /live/@connections/a%3D ',
    'DELETE /live/@connections/a%3D ',
  ])
  expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIA\/\d{8}\/eu-central-1\/execute-api\//)
})

test('a connection that has ended is gone, at the first attempt', async () => {
  const posts = await opened()
  statuses = [410, 410, 410]
  expect(await posts.post('a', '{}')).toBe('gone')
  expect(await posts.isOpen('a')).toBe(false)
  await posts.close('a')
  expect(calls).toHaveLength(3)
})

test('a limited rate is waited for, and then a failure that may be tried again', async () => {
  const posts = await opened()
  statuses = [429, 500]
  expect(await posts.post('a', '{}')).toBe('sent')
  expect(calls).toHaveLength(3)
  statuses = Array(9).fill(429)
  const failure = await posts.post('a', '{}').catch((cause) => cause)
  expect(failure).toBeInstanceOf(OperationalFailure)
  expect(failure).toMatchObject({ code: 'overloaded', retryable: true })
  statuses = [403]
  await expect(posts.isOpen('a')).rejects.toMatchObject({ code: 'unavailable', retryable: true })
})

test('a message that does not fit a frame is a defect of ours', async () => {
  const posts = await opened()
  expect(await posts.post('a', 'x'.repeat(SOCKET_FRAME_BYTES_MAX))).toBe('sent')
  await expect(posts.post('a', 'x'.repeat(SOCKET_FRAME_BYTES_MAX + 1))).rejects.toThrow('32769 bytes')
})
