import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { sampleFeed } from './sample-feed.ts'
import { readVenueFile } from './venue-file.ts'
import { FeedError } from './venue-row.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../../test/replay/${name}`, import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'venue-file-'))
afterAll(() => rmSync(directory, { recursive: true }))

const SIX_ROWS = `id,timestamp,exchange.timestamp,price,volume,action,direction
101,1430438404518,1430438404000,236.47,200000000,created,bid
102,1430438404600,1430438404000,236.50,150000000,created,ask
103,1430438404700,1430438404000,236.47,50000000,created,ask
103,1430438404701,1430438404000,236.47,0,deleted,ask
101,1430438404702,1430438404000,236.47,150000000,changed,bid
101,1430438404900,1430438404000,236.47,150000000,deleted,bid
`
const xz = readFileSync(fixture('six-rows.csv.xz'))

function written(name: string, bytes: Uint8Array | string): string {
  const file = join(directory, name)
  writeFileSync(file, bytes)
  return file
}

async function idsOf(file: string, input?: Readable): Promise<string[]> {
  return [...(await readVenueFile(file, input)).inTimeOrder()].map((row) => row.id)
}

const IDS = ['101', '102', '103', '103', '101', '101']

describe('reads', () => {
  test('plain text', async () => expect(await idsOf(written('plain.csv', SIX_ROWS))).toEqual(IDS))
  test('gzip', async () => expect(await idsOf(written('feed.csv.gz', gzipSync(SIX_ROWS)))).toEqual(IDS))
  test('xz', async () => expect(await idsOf(fixture('six-rows.csv.xz'))).toEqual(IDS))
  test('detects the compression from the bytes and not from the name', async () => {
    expect(await idsOf(written('misnamed.csv', xz))).toEqual(IDS)
    expect(await idsOf(written('misnamed.csv.xz', SIX_ROWS))).toEqual(IDS)
  })
  test.each([
    ['plain', Buffer.from(SIX_ROWS)],
    ['gzip', gzipSync(SIX_ROWS)],
    ['xz', xz],
  ])('standard input, %s, byte by byte', async (_, bytes) => {
    const chunks = Array.from(bytes, (byte) => Buffer.of(byte))
    expect(await idsOf('-', Readable.from(chunks))).toEqual(IDS)
  })
  test('gzip of several members', async () => {
    const [head, tail] = [SIX_ROWS.slice(0, 100), SIX_ROWS.slice(100)]
    expect(await idsOf(written('members.gz', Buffer.concat([gzipSync(head), gzipSync(tail)])))).toEqual(IDS)
  })
  test.each([
    ['in one chunk', [Buffer.concat([xz, xz])]],
    ['in a chunk each', [xz, xz]],
    ['byte by byte', Array.from(Buffer.concat([xz, xz]), (byte) => Buffer.of(byte))],
  ])('two xz streams %s', async (_, chunks) => {
    // The second stream begins with a header again, which is not a row.
    await expect(readVenueFile('-', Readable.from(chunks))).rejects.toThrow('line 8: timestamp "timestamp"')
  })
  test('a feed of many chunks', async () => {
    const text = [...sampleFeed({ rows: 20_000, seed: 7 })].join('')
    expect(await idsOf(written('large.csv.gz', gzipSync(text)))).toHaveLength(20_000)
  })
})

describe('refuses', () => {
  const gz = gzipSync(SIX_ROWS)
  const damaged = (bytes: Buffer, at: number) => Buffer.from(bytes).fill(bytes[at] ^ 0xff, at, at + 1)

  test.each<[string, () => string, string]>([
    ['a missing file', () => join(directory, 'none.csv'), 'none.csv: no such file'],
    ['a directory', () => directory, 'is a directory'],
    ['an empty file', () => written('empty.csv', ''), 'empty.csv: the input is empty'],
    ['truncated gzip', () => written('short.gz', gz.subarray(0, -20)), 'short.gz: the gzip data cannot be read: trunc'],
    ['damaged gzip', () => written('bad.gz', damaged(gz, gz.length - 8)), 'the gzip data cannot be read: damaged'],
    ['truncated xz', () => written('short.xz', xz.subarray(0, -20)), 'the xz data cannot be read: truncated'],
    ['xz without its last byte', () => written('shorter.xz', xz.subarray(0, -1)), 'xz data cannot be read: truncated'],
    ['a bare beginning of xz', () => written('head.xz', xz.subarray(0, 6)), 'xz data cannot be read: truncated'],
    ['damaged xz', () => written('bad.xz', damaged(xz, 60)), 'the xz data cannot be read: damaged'],
    ['xz with a sha256 check', () => fixture('six-rows-sha256.csv.xz'), 'compress it with xz --check=crc64'],
    ['more after an xz stream', () => written('more.xz', Buffer.concat([xz, Buffer.alloc(32, 1)])), 'cannot be read: '],
    [
      'bytes that are no text',
      () =>
        written(
          'noise.csv',
          gunzipSync(gz).map((b) => b ^ 0xa5),
        ),
      'line 1: ',
    ],
    [
      'a bad row in xz',
      () => written('row.csv', SIX_ROWS.replace(',ask', ',sell')),
      'row.csv: line 3: direction "sell"',
    ],
  ])('%s', async (_, file, message) => {
    const failure = await readVenueFile(file()).catch((error) => error)
    expect(failure).toBeInstanceOf(FeedError)
    expect(failure.message).toContain(message)
  })

  test('names standard input', async () => {
    await expect(readVenueFile('-', Readable.from([]))).rejects.toThrow('standard input: the input is empty')
  })
})
