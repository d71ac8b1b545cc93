// Lists the dead letters in the lake's bucket, and sends one of them again. Dead letters are lines of the
// order stream that are not commands. The line becomes a new record at the end of the stream, so it must be
// a valid command: correct it first (--file). The letter is deleted after the stream has accepted it.
//
//   node scripts/infra-dead-letters.mjs --bucket NAME
//   node scripts/infra-dead-letters.mjs --bucket NAME --send KEY [--file MENDED.json]
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3'
import { NodeHttpHandler } from '@smithy/node-http-handler'

const { values } = parseArgs({
  options: {
    bucket: { type: 'string' },
    prefix: { type: 'string', default: 'dead-letters/' },
    stream: { type: 'string', default: 'KDS_Orders' },
    send: { type: 'string' },
    file: { type: 'string' },
  },
})
const { bucket: Bucket, prefix, stream, send: Key, file } = values
if (Bucket === undefined) throw new Error('--bucket NAME: terraform output -raw s3_data_lake_bucket_name')

const s3 = new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined })

const bytesOf = async (key) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }))
  return Buffer.from(await Body.transformToByteArray())
}

async function list() {
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: prefix })) {
    for (const { Key: key } of page.Contents ?? []) {
      const { Metadata = {} } = await s3.send(new HeadObjectCommand({ Bucket, Key: key }))
      const at = new Date(Number(Metadata['timestamp-ms'])).toISOString()
      console.log(
        `${key}\n  ${at} ${decodeURIComponent(Metadata.reason ?? '')}\n  ${(await bytesOf(key)).subarray(0, 500)}`,
      )
    }
  }
}

async function sendBack() {
  const line = (file === undefined ? await bytesOf(Key) : readFileSync(file)).toString('utf8').trim()
  const { symbol, kind } = JSON.parse(line)
  if (typeof symbol !== 'string' || typeof kind !== 'string') throw new Error('a command has a symbol and a kind')
  const kinesis = new KinesisClient({ requestHandler: new NodeHttpHandler() })
  const record = { StreamName: stream, PartitionKey: symbol, Data: Buffer.from(JSON.stringify(JSON.parse(line))) }
  const { SequenceNumber } = await kinesis.send(new PutRecordCommand(record))
  await s3.send(new DeleteObjectCommand({ Bucket, Key }))
  console.log(`${kind} for ${symbol} is in ${stream} at ${SequenceNumber}`)
}

await (Key === undefined ? list() : sendBack())
