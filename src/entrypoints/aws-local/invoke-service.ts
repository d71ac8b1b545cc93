/**
 * The part of Lambda's API that functions use to call other functions: Invoke. It refuses all other calls.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */

import { createServer, type ServerResponse } from 'node:http'
import { bytesOf, listen, type Running } from './loopback.ts'

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

/** `find` returns the function of a name. Functions are started after the service, because they know its URL. */
export async function startInvokeService(
  find: (name: string) => ((event: unknown) => Promise<unknown>) | undefined,
): Promise<Running> {
  return listen(
    createServer(async (request, response) => {
      const body = (await bytesOf(request)).toString('utf8')
      const [, name] = PATH.exec(new URL(request.url ?? '/', 'http://local').pathname) ?? []
      // The name may have an alias: ExchangeQuery:live.
      const invoke = name === undefined ? undefined : find(decodeURIComponent(name).split(':')[0])
      if (request.method !== 'POST' || invoke === undefined) {
        response.setHeader('x-amzn-ErrorType', 'ResourceNotFoundException')
        return answer(response, 404, { Type: 'User', Message: 'Function not found' })
      }
      const event: unknown = body === '' ? {} : JSON.parse(body)
      if (request.headers['x-amz-invocation-type'] === 'Event') {
        // Lambda repeats an asynchronous invocation that fails; this service does not.
        invoke(event).catch(() => {})
        return answer(response, 202, undefined)
      }
      try {
        answer(response, 200, (await invoke(event)) ?? null)
      } catch (cause) {
        response.setHeader('x-amz-function-error', 'Unhandled')
        answer(response, 200, { errorType: 'Error', errorMessage: String(cause) })
      }
    }),
  )
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}
