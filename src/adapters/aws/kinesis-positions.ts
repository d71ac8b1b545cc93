/**
 * Sequence numbers as positions: padded with zeros to one length, so that they compare as strings.
 * They have 56 digits and more; as a double, neighbors would be equal. They are never converted to numbers.
 */

import type { Position } from '../../ports/order-stream.ts'

const DIGITS = 64

export const positionOf = (sequenceNumber: string): Position => sequenceNumber.padStart(DIGITS, '0')

/** The sequence number as Kinesis writes it. */
export const sequenceNumberOf = (position: Position): string => position.replace(/^0+(?=\d)/, '')
