/** Fields that several answers and messages have. */

import * as z from 'zod'

/** A decimal that is not negative. */
export const decimal = z.string().regex(/^\d+(\.\d+)?$/)

export const sequence = z
  .int()
  .min(0)
  .describe('Number of the last event of the symbol that is included; 0 before the first event.')
