/** The sizes of the parts of a book's snapshot. snapshot.ts describes the layout. */

export const MAGIC = 0x4b425842
export const HEADER_BYTES = 96
export const LEVEL_BYTES = 8
export const ORDER_BYTES = 24
export const FREE_SLOT_BYTES = 4
export const EXPIRY_BYTES = 12

export const sizeOf = (levels: number, orders: number, free: number, expiries: number): number =>
  HEADER_BYTES + levels * LEVEL_BYTES + orders * ORDER_BYTES + free * FREE_SLOT_BYTES + expiries * EXPIRY_BYTES
