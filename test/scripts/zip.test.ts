import { crc32, inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { zip } from '../../scripts/zip.mjs'

const FILES: [string, Buffer][] = [
  ['index.mjs', Buffer.from('export const handler = 1\n'.repeat(1_000))],
  ['empty.txt', Buffer.alloc(0)],
]

test('the directory at the end lists the files, where unzip programs look for them', () => {
  const bytes = zip(FILES)
  const end = bytes.length - 22
  expect(bytes.readUInt32LE(end)).toBe(0x06054b50)
  expect(bytes.readUInt16LE(end + 10)).toBe(2)
  let entry = bytes.readUInt32LE(end + 16)
  for (const [name, content] of FILES) {
    expect(bytes.readUInt32LE(entry)).toBe(0x02014b50)
    const nameLength = bytes.readUInt16LE(entry + 28)
    expect(bytes.subarray(entry + 46, entry + 46 + nameLength).toString()).toBe(name)
    const local = bytes.readUInt32LE(entry + 42)
    expect(bytes.readUInt32LE(local)).toBe(0x04034b50)
    const start = local + 30 + nameLength
    const unpacked = inflateRawSync(bytes.subarray(start, start + bytes.readUInt32LE(entry + 20)))
    expect(unpacked.equals(content)).toBe(true)
    expect(bytes.readUInt32LE(entry + 16)).toBe(crc32(content))
    // Everybody may read the file. Otherwise the runtime could not load it.
    expect((bytes.readUInt32LE(entry + 38) >>> 16) & 0o777).toBe(0o644)
    entry += 46 + nameLength
  }
})

test('the same files give the same bytes', () => {
  expect(zip(FILES).equals(zip(FILES))).toBe(true)
})
