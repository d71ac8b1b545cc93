// Lists the symbols whose matching waits, and lets them go on. The matcher then matches the records that it kept, in
// order, at the next heartbeat. If the symbol fails again, it is parked again, and nothing is lost.
//
//   node scripts/infra-parked-symbols.mjs
//   node scripts/infra-parked-symbols.mjs --resume SYMBOL
//   node scripts/infra-parked-symbols.mjs --resume all
//   node scripts/infra-parked-symbols.mjs --resume SYMBOL --accept-loss
import { parseArgs } from 'node:util'
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { NodeHttpHandler } from '@smithy/node-http-handler'

const { values } = parseArgs({
  options: {
    table: { type: 'string', default: 'Positions' },
    resume: { type: 'string' },
    'accept-loss': { type: 'boolean', default: false },
  },
})
const { table: TableName, resume } = values
const client = new DynamoDBClient({ requestHandler: new NodeHttpHandler() })

const rows = []
for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) rows.push(...Items)
const waiting = rows.filter(({ state }) => state !== undefined)

function list() {
  for (const { symbol, state, stateReason, statePosition, stateSinceMs, keptThrough } of waiting) {
    const since = new Date(Number(stateSinceMs.N)).toISOString()
    console.log(
      `${symbol.S} ${state.S} since ${since}\n  ${stateReason.S}\n  kept ${statePosition.S} to ${keptThrough.S}`,
    )
  }
}

async function resumeOne(symbol) {
  const lost = rows.flatMap(({ lostBefore }) => (lostBefore === undefined ? [] : [lostBefore.S])).sort()
  const accepts = values['accept-loss'] && lost.length > 0
  const update = {
    TableName,
    Key: { symbol: { S: symbol } },
    UpdateExpression: `SET #state = :recovering${accepts ? ', acceptedLoss = :lost' : ''}`,
    ConditionExpression: '#state = :parked',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':recovering': { S: 'recovering' },
      ':parked': { S: 'parked' },
      ...(accepts && { ':lost': { S: lost.at(-1) } }),
    },
  }
  try {
    await client.send(new UpdateItemCommand(update))
    console.log(`${symbol} goes on at its next record, at the latest in a minute`)
  } catch (cause) {
    if (!(cause instanceof ConditionalCheckFailedException)) throw cause
    console.error(`${symbol} is not parked`)
    process.exitCode = 1
  }
}

if (resume === undefined) list()
else if (resume !== 'all') await resumeOne(resume)
else for (const { symbol, state } of waiting) if (state.S === 'parked') await resumeOne(symbol.S)
