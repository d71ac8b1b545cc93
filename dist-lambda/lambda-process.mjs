// src/entrypoints/aws-local/lambda-process.ts
import { pathToFileURL } from "node:url";
var [, , bundle] = process.argv;
var { handler } = await import(pathToFileURL(bundle).href);
var functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? "";
process.on("disconnect", () => process.exit());
process.on("message", async ({ requestId, event }) => {
  const context = {
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    memoryLimitInMB: "512",
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => 6e4
  };
  try {
    process.send?.({ response: await handler(event, context) });
  } catch (cause) {
    process.send?.({ failure: cause instanceof Error ? cause.stack ?? cause.message : String(cause) });
  }
});
process.send?.({ ready: true });
