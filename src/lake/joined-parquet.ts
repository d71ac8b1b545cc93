/**
 * Joins Parquet files without decoding their values: the row groups are copied as they are, and one footer describes
 * them all (https://parquet.apache.org/docs/file-format/metadata/). Only files with the same schema can be joined.
 */

import { readThrift, type ThriftField, type ThriftList, type ThriftStruct, writeThrift } from './thrift-compact.ts'

/** At the beginning of a file, and at its end. */
export const PARQUET_MAGIC = Uint8Array.from([0x50, 0x41, 0x52, 0x31])
/** The length of the footer and the magic. */
export const PARQUET_END_BYTES = 8

/** The fields of FileMetaData. */
const SCHEMA = 2
const ROW_COUNT = 3
const ROW_GROUPS = 4
/** Of RowGroup. */
const COLUMNS = 1
const GROUP_OFFSET = 5
const ORDINAL = 7
/** Of ColumnChunk. */
const CHUNK_METADATA = 3
const CHUNK_OFFSETS = [2, 4, 6]
/** Of ColumnMetaData: pages of data, of an index, of a dictionary, and the filter. */
const PAGE_OFFSETS = [9, 10, 11, 14]

/** A file that is joined: its footer, and the bytes of its row groups between the magic and the footer. */
export interface JoinedFile {
  readonly footer: Uint8Array
  readonly bytes: number
}

/** The footer of the joined file; undefined if the files have different schemas. Throws NotThrift. */
export function joinedFooter(files: readonly JoinedFile[]): Uint8Array | undefined {
  let joined: ThriftStruct | undefined
  let schema = ''
  let shift = 0n
  for (const { footer, bytes } of files) {
    const metadata = readThrift(footer)
    const own = schemaOf(metadata)
    for (const group of groupsOf(metadata)) moveGroup(group, shift)
    shift += BigInt(bytes)
    if (joined === undefined) {
      joined = metadata
      schema = own
    } else if (own === schema) append(joined, metadata)
    else return undefined
  }
  return joined === undefined ? undefined : writeThrift(joined)
}

/** The bytes behind the footer. */
export function parquetEnd(footer: Uint8Array): Uint8Array {
  const end = new Uint8Array(PARQUET_END_BYTES)
  new DataView(end.buffer).setUint32(0, footer.length, true)
  end.set(PARQUET_MAGIC, 4)
  return end
}

function append(joined: ThriftStruct, { fields }: ThriftStruct): void {
  for (const { id, value } of fields) {
    const field = joined.fields.find((one) => one.id === id) as ThriftField
    if (id === ROW_COUNT) field.value = (field.value as bigint) + (value as bigint)
    if (id === ROW_GROUPS) (field.value as ThriftList).values.push(...(value as ThriftList).values)
  }
  for (const [i, group] of groupsOf(joined).entries()) {
    const ordinal = group.fields.find(({ id }) => id === ORDINAL)
    if (ordinal !== undefined) ordinal.value = BigInt(i)
  }
}

function moveGroup(group: ThriftStruct, shift: bigint): void {
  move(group, [GROUP_OFFSET], shift)
  for (const chunk of structsIn(group, COLUMNS)) {
    move(chunk, CHUNK_OFFSETS, shift)
    const metadata = chunk.fields.find(({ id }) => id === CHUNK_METADATA)
    if (metadata !== undefined) move(metadata.value as ThriftStruct, PAGE_OFFSETS, shift)
  }
}

/** An offset of 0 means none. */
function move({ fields }: ThriftStruct, ids: readonly number[], shift: bigint): void {
  for (const field of fields) {
    if (ids.includes(field.id) && field.value !== 0n) field.value = (field.value as bigint) + shift
  }
}

const groupsOf = (metadata: ThriftStruct): ThriftStruct[] => structsIn(metadata, ROW_GROUPS)

function structsIn({ fields }: ThriftStruct, id: number): ThriftStruct[] {
  const field = fields.find((one) => one.id === id)
  return field === undefined ? [] : ((field.value as ThriftList).values as ThriftStruct[])
}

/** The bytes of the schema as text, to compare. */
function schemaOf({ fields }: ThriftStruct): string {
  return writeThrift({ fields: fields.filter(({ id }) => id === SCHEMA) }).join(',')
}
