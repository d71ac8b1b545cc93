// Makes a zip archive of a few files. The same files give the same bytes, so a function is deployed only
// after its code changed. All times are the first day of zip's calendar.
import { crc32, deflateRawSync } from 'node:zlib'

const DATE_1980_01_01 = 0x21
const DEFLATE = 8
// A regular file with rw-r--r--, because Lambda must be able to read it.
const UNIX_MODE = 0o100644

/** `files` is a list of [name, bytes]. */
export function zip(files) {
  const parts = []
  const directory = []
  let offset = 0
  for (const [name, bytes] of files) {
    const nameBytes = Buffer.from(name)
    const packed = deflateRawSync(bytes, { level: 9 })
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(DEFLATE, 4)
    common.writeUInt16LE(DATE_1980_01_01, 8)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(nameBytes.length, 22)
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, packed)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((UNIX_MODE << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    // Made by Unix, version 2.0.
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, tail, nameBytes)
    offset += 4 + common.length + nameBytes.length + packed.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(listing.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, listing, end])
}
