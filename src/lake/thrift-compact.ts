/**
 * Reads and writes structures of Thrift's compact protocol, in which the footer of a Parquet file is stored
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md). Every field keeps its type, so
 * what is read and written again has the same bytes. Maps and sets are refused: Parquet does not use them.
 */

const TRUE = 1
const FALSE = 2
const BYTE = 3
const I16 = 4
const I32 = 5
const I64 = 6
const DOUBLE = 7
const BINARY = 8
const LIST = 9
const STRUCT = 12

const LONG_LIST = 15

export interface ThriftField {
  readonly id: number
  readonly type: number
  value: ThriftValue
}
export interface ThriftList {
  readonly of: number
  values: ThriftValue[]
}
/** The fields in their order. */
export interface ThriftStruct {
  readonly fields: ThriftField[]
}
/** Integers are bigints. */
export type ThriftValue = boolean | bigint | Uint8Array | ThriftList | ThriftStruct

/** The bytes are no structure of the compact protocol. */
export class NotThrift extends Error {
  override readonly name = 'NotThrift'
}

/** Reads the structure at the beginning of the bytes. Throws {@link NotThrift}. */
export function readThrift(bytes: Uint8Array): ThriftStruct {
  return new ThriftReader(bytes).struct()
}

class ThriftReader {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  struct(): ThriftStruct {
    const fields: ThriftField[] = []
    for (let id = 0; ; ) {
      const head = this.byte()
      if (head === 0) return { fields }
      const type = head & 0x0f
      id = head >> 4 === 0 ? Number(unzigzag(this.varint())) : id + (head >> 4)
      fields.push({ id, type, value: type === TRUE || type === FALSE ? type === TRUE : this.value(type) })
    }
  }

  private value(type: number): ThriftValue {
    if (type === TRUE || type === FALSE) return this.byte() === TRUE
    if (type === BYTE) return this.take(1)
    if (type === DOUBLE) return this.take(8)
    if (type === I16 || type === I32 || type === I64) return unzigzag(this.varint())
    if (type === BINARY) return this.take(Number(this.varint()))
    if (type === STRUCT) return this.struct()
    if (type === LIST) return this.list()
    throw new NotThrift(`a field has the type ${type}`)
  }

  private list(): ThriftList {
    const head = this.byte()
    const count = head >> 4 === LONG_LIST ? Number(this.varint()) : head >> 4
    const values: ThriftValue[] = []
    for (let i = 0; i < count; i++) values.push(this.value(head & 0x0f))
    return { of: head & 0x0f, values }
  }

  private varint(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  private byte(): number {
    return this.take(1)[0]
  }

  private take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw new NotThrift('the structure has no end')
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }
}

export function writeThrift(struct: ThriftStruct): Uint8Array {
  const bytes: number[] = []
  writeStruct(struct, bytes)
  return Uint8Array.from(bytes)
}

function writeStruct({ fields }: ThriftStruct, to: number[]): void {
  let last = 0
  for (const { id, type, value } of fields) {
    const kind = type === TRUE || type === FALSE ? (value ? TRUE : FALSE) : type
    const step = id - last
    if (step > 0 && step <= 15) to.push((step << 4) | kind)
    else {
      to.push(kind)
      writeVarint(zigzag(BigInt(id)), to)
    }
    last = id
    if (kind !== TRUE && kind !== FALSE) writeValue(kind, value, to)
  }
  to.push(0)
}

function writeValue(type: number, value: ThriftValue, to: number[]): void {
  if (typeof value === 'boolean') to.push(value ? TRUE : FALSE)
  else if (typeof value === 'bigint') writeVarint(zigzag(value), to)
  else if (value instanceof Uint8Array) {
    if (type === BINARY) writeVarint(BigInt(value.length), to)
    for (const byte of value) to.push(byte)
  } else if ('fields' in value) writeStruct(value, to)
  else {
    const count = value.values.length
    to.push((Math.min(count, LONG_LIST) << 4) | value.of)
    if (count >= LONG_LIST) writeVarint(BigInt(count), to)
    for (const one of value.values) writeValue(value.of, one, to)
  }
}

function writeVarint(value: bigint, to: number[]): void {
  for (let left = value; ; left >>= 7n) {
    if (left < 0x80n) {
      to.push(Number(left))
      return
    }
    to.push(Number(left & 0x7fn) | 0x80)
  }
}

const zigzag = (value: bigint): bigint => (value < 0n ? -2n * value - 1n : 2n * value)
const unzigzag = (value: bigint): bigint => ((value & 1n) === 0n ? value >> 1n : -(value >> 1n) - 1n)
