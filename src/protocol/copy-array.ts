/**
 * Copies the first `length` numbers of an array, at most all. The state of a symbol is copied before a snapshot of it
 * is encoded, so that commands may be applied meanwhile. The caller decides where the memory comes from.
 */
export type CopyArray = <A extends Int32Array | Float64Array>(array: A, length: number) => A

/** No copy: the same numbers, for a caller that encodes them before they change. */
export const sameArray: CopyArray = (array, length) => array.subarray(0, length) as typeof array
