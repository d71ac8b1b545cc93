/** The title of each test is the rule of Lambda's documentation that it checks in the simulator. */

import { expect, test } from 'vitest'
import { MemorySource } from '../../test/aws/memory-source.ts'
import { NotInvoked } from './batch-delivery.ts'
import { DONE, startMapping } from './event-source-mapping.ts'
import type { FailureDocument } from './mapping-event.ts'
import { MAPPING_DEFAULTS, type MappingOptions } from './mapping-options.ts'

type Answer = (batch: readonly string[], call: number) => unknown

/** Runs a mapping over `source` until all records are done, and records the calls of its function. */
class Run {
  readonly source: MemorySource
  readonly checkpoints = new Map<string, string>()
  readonly batches: string[][] = []
  readonly discarded: FailureDocument[] = []
  inFlight = 0
  inFlightMax = 0
  repeat: (() => boolean) | undefined

  constructor(source: MemorySource) {
    this.source = source
  }

  /** Waits until the checkpoints equal `until`. */
  async through(until: Record<string, string>, options: Partial<MappingOptions>, answer: Answer = () => null) {
    const mapping = this.start(options, answer)
    const reached = () => Object.entries(until).every(([shard, place]) => this.checkpoints.get(shard) === place)
    while (!reached()) await new Promise((resolve) => setTimeout(resolve, 2))
    await mapping.stop()
  }

  start(options: Partial<MappingOptions>, answer: Answer = () => null) {
    return startMapping({
      functionName: 'f',
      source: this.source,
      options: { ...MAPPING_DEFAULTS, pollMs: 1, retryDelayMs: 1, reportBatchItemFailures: true, ...options },
      checkpoints: this.checkpoints,
      invoke: async (event) => {
        const { Records } = event as { Records: { kinesis: { sequenceNumber: string } }[] }
        const numbers = Records.map(({ kinesis }) => kinesis.sequenceNumber)
        this.batches.push(numbers)
        this.inFlightMax = Math.max(this.inFlightMax, ++this.inFlight)
        try {
          return await answer(numbers, this.batches.length)
        } finally {
          this.inFlight--
        }
      },
      onFailure: async (document) => {
        this.discarded.push(document)
      },
      ...(this.repeat !== undefined && { repeat: this.repeat }),
    })
  }
}

const fail = () => {
  throw new Error('the function failed')
}
const reporting = (sequenceNumber: string) => ({ batchItemFailures: [{ itemIdentifier: sequenceNumber }] })
const later = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs))

test('the records are those of the Kinesis event, data in base64', async () => {
  const source = new MemorySource()
  source.put('shard-0', 'BTCUSD', 'text', 1_700_000_000_123)
  const events: unknown[] = []
  const mapping = startMapping({
    functionName: 'f',
    source,
    options: { ...MAPPING_DEFAULTS, pollMs: 1 },
    checkpoints: new Map(),
    invoke: async (event) => events.push(event),
    onFailure: async () => {},
  })
  while (events.length === 0) await later(1)
  await mapping.stop()
  expect(events[0]).toMatchObject({
    Records: [
      {
        eventSource: 'aws:kinesis',
        eventName: 'aws:kinesis:record',
        eventID: 'shard-0:1',
        kinesis: {
          partitionKey: 'BTCUSD',
          sequenceNumber: '1',
          data: Buffer.from('text').toString('base64'),
          approximateArrivalTimestamp: 1_700_000_000.123,
        },
      },
    ],
  })
})

test('a batch has at most BatchSize records', async () => {
  const run = new Run(new MemorySource().fill('shard-0', 7))
  await run.through({ 'shard-0': '7' }, { batchSize: 3 })
  expect(run.batches.flat()).toEqual(['1', '2', '3', '4', '5', '6', '7'])
  expect(Math.max(...run.batches.map(({ length }) => length))).toBe(3)
})

test('MaximumBatchingWindow gathers records that arrive one by one', async () => {
  const source = new MemorySource().fill('shard-0', 1)
  const run = new Run(source)
  const done = run.through({ 'shard-0': '4' }, { batchSize: 100, batchingWindowMs: 150 })
  for (let i = 0; i < 3; i++) {
    await later(10)
    source.put('shard-0', 'A')
  }
  await done
  expect(run.batches).toEqual([['1', '2', '3', '4']])
})

test('without ParallelizationFactor a shard has one invocation at a time', async () => {
  const run = new Run(new MemorySource().fill('shard-0', 6, ['A', 'B', 'C']))
  await run.through({ 'shard-0': '6' }, { batchSize: 1 }, () => later(2))
  expect(run.inFlightMax).toBe(1)
})

test('ParallelizationFactor runs batches in parallel and keeps a partition key in order', async () => {
  const run = new Run(new MemorySource().fill('shard-0', 40, ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']))
  await run.through({ 'shard-0': '40' }, { batchSize: 1, parallelizationFactor: 4 }, () => later(2))
  expect(run.inFlightMax).toBeGreaterThan(1)
  expect(run.inFlightMax).toBeLessThanOrEqual(4)
  for (let key = 0; key < 8; key++) {
    const ofKey = run.batches.flat().filter((number) => (Number(number) - 1) % 8 === key)
    expect(ofKey).toEqual([...ofKey].sort((a, b) => Number(a) - Number(b)))
  }
})

test('the checkpoint is before the lowest record that is not done', async () => {
  const run = new Run(new MemorySource().fill('shard-0', 2, ['A', 'B']))
  let release: (value: unknown) => void = () => {}
  const held = new Promise((resolve) => {
    release = resolve
  })
  const mapping = run.start({ batchSize: 1, parallelizationFactor: 10 }, ([number]) => (number === '1' ? held : null))
  while (run.batches.length < 2) await later(1)
  await later(10)
  expect(run.checkpoints.get('shard-0')).toBeUndefined()
  release(null)
  while (run.checkpoints.get('shard-0') !== '2') await later(1)
  await mapping.stop()
})

test('a partial response checkpoints at the lowest reported number and repeats everything after it', async () => {
  const run = new Run(new MemorySource().fill('shard-0', 4))
  await run.through({ 'shard-0': '4' }, { batchSize: 4 }, (_, call) => (call === 1 ? reporting('3') : null))
  expect(run.batches).toEqual([
    ['1', '2', '3', '4'],
    ['3', '4'],
  ])
})

test('without ReportBatchItemFailures a partial response is not read', async () => {
  const run = new Run(new MemorySource().fill('shard-0', 4))
  await run.through({ 'shard-0': '4' }, { batchSize: 4, reportBatchItemFailures: false }, () => reporting('3'))
  expect(run.batches).toEqual([['1', '2', '3', '4']])
})

test('an empty itemIdentifier repeats the whole batch', async () => {
  const run = new Run(new MemorySource().fill('shard-0', 2))
  await run.through({ 'shard-0': '2' }, { batchSize: 2 }, (_, call) => (call === 1 ? reporting('') : null))
  expect(run.batches).toEqual([
    ['1', '2'],
    ['1', '2'],
  ])
})

test('a failing batch blocks its own shard only', async () => {
  const source = new MemorySource().fill('shard-0', 2).fill('shard-1', 2)
  const run = new Run(source)
  const first = source.numbers('shard-0')[0]
  const mapping = run.start({ batchSize: 1 }, ([number]) => (number === first ? fail() : null))
  while (run.checkpoints.get('shard-1') !== source.numbers('shard-1')[1]) await later(1)
  expect(run.checkpoints.get('shard-0')).toBeUndefined()
  expect(run.batches.flat()).not.toContain(source.numbers('shard-0')[1])
  await mapping.stop()
})

test('MaximumRetryAttempts gives a batch up, continues, and sends its position to the destination', async () => {
  const run = new Run(new MemorySource().fill('shard-0', 3))
  await run.through({ 'shard-0': '3' }, { batchSize: 2, retryAttemptsMax: 2 }, (batch) => {
    if (batch[0] === '1') fail()
  })
  expect(run.batches.filter(([number]) => number === '1')).toHaveLength(3)
  expect(run.discarded).toMatchObject([
    {
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      KinesisBatchInfo: { shardId: 'shard-0', startSequenceNumber: '1', endSequenceNumber: '2', batchSize: 2 },
    },
  ])
  expect(JSON.stringify(run.discarded)).not.toContain('data')
})

test('a function that could not be invoked does not count as a retry', async () => {
  const run = new Run(new MemorySource().fill('shard-0', 1))
  await run.through({ 'shard-0': '1' }, { retryAttemptsMax: 0 }, (_, call) => {
    if (call < 4) throw new NotInvoked('throttled')
  })
  expect(run.batches).toHaveLength(4)
  expect(run.discarded).toEqual([])
})

test('BisectBatchOnFunctionError isolates the record, and splitting does not count as a retry', async () => {
  const run = new Run(new MemorySource().fill('shard-0', 8))
  const options = { batchSize: 8, retryAttemptsMax: 0, bisectBatchOnFunctionError: true }
  await run.through({ 'shard-0': '8' }, options, (batch) => (batch.includes('6') ? fail() : null))
  expect(
    run.discarded.map(({ KinesisBatchInfo: { startSequenceNumber, batchSize } }) => [startSequenceNumber, batchSize]),
  ).toEqual([['6', 1]])
  expect(run.batches).toEqual([
    ['1', '2', '3', '4', '5', '6', '7', '8'],
    ['1', '2', '3', '4'],
    ['5', '6', '7', '8'],
    ['5', '6'],
    ['5'],
    ['6'],
    ['7', '8'],
  ])
})

test('MaximumRecordAge gives up older records without an invocation', async () => {
  const source = new MemorySource()
  source.put('shard-0', 'A', 'old', Date.now() - 60_000)
  source.put('shard-0', 'A', 'new')
  const run = new Run(source)
  await run.through({ 'shard-0': '2' }, { recordAgeMaxMs: 30_000 })
  expect(run.batches).toEqual([['2']])
  expect(run.discarded).toMatchObject([
    { requestContext: { condition: 'MaximumRecordAgeExceeded' }, KinesisBatchInfo: { batchSize: 1 } },
  ])
})

test('after a split the children wait for the end of their parent', async () => {
  const source = new MemorySource().fill('shard-0', 3)
  source.split('shard-0', 'shard-1', 'shard-2')
  source.fill('shard-1', 2).fill('shard-2', 2)
  const run = new Run(source)
  let failures = 2
  await run.through({ 'shard-0': DONE, 'shard-1': '5', 'shard-2': '7' }, { batchSize: 3 }, (batch) => {
    if (batch.includes('3') && failures-- > 0) fail()
  })
  const place = (number: string) => run.batches.map((batch) => batch.includes(number)).lastIndexOf(true)
  const first = (number: string) => run.batches.findIndex((batch) => batch.includes(number))
  expect(first('4')).toBeGreaterThan(place('3'))
  expect(first('6')).toBeGreaterThan(place('3'))
})

test('after a merge the child waits for the end of both parents', async () => {
  const source = new MemorySource().fill('shard-0', 2).fill('shard-1', 2)
  source.merge('shard-0', 'shard-1', 'shard-2')
  source.fill('shard-2', 1)
  const run = new Run(source)
  await run.through({ 'shard-0': DONE, 'shard-1': DONE, 'shard-2': '5' }, { batchSize: 1 }, () => later(3))
  expect(run.batches.at(-1)).toEqual(['5'])
})

test('delivery is at least once: a successful batch may be delivered again', async () => {
  const run = new Run(new MemorySource().fill('shard-0', 2))
  let repeats = 1
  run.repeat = () => repeats-- > 0
  await run.through({ 'shard-0': '2' }, { batchSize: 1 })
  expect(run.batches).toEqual([['1'], ['1'], ['2']])
})

test('a mapping that replaces a failed one delivers the records again that have no checkpoint', async () => {
  const source = new MemorySource().fill('shard-0', 3)
  const died = new Run(source)
  const first = died.start({ batchSize: 1 }, ([number]) => (number === '2' ? fail() : null))
  while (!died.batches.some(([number]) => number === '2')) await later(1)
  await first.stop()
  const run = new Run(source)
  for (const [shard, place] of died.checkpoints) run.checkpoints.set(shard, place)
  await run.through({ 'shard-0': '3' }, { batchSize: 3 })
  expect(run.batches).toEqual([['2', '3']])
})
