/**
 * One instance of a function, as on Lambda. It loads the bundle, then handles one event at a time from its
 * parent. It ends when its parent ends.
 */

import { pathToFileURL } from 'node:url'

const [, , bundle] = process.argv
const { handler } = (await import(pathToFileURL(bundle).href)) as {
  handler: (event: unknown, context: object) => Promise<unknown>
}
const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? ''

process.on('disconnect', () => process.exit())
process.on('message', async ({ requestId, event }: { requestId: string; event: unknown }) => {
  const context = {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => 60_000,
  }
  try {
    process.send?.({ response: await handler(event, context) })
  } catch (cause) {
    process.send?.({ failure: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) })
  }
})
process.send?.({ ready: true })
