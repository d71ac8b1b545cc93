/**
 * The assertion of the exchange. A broken invariant is neither a rejection nor an operational failure: it
 * means that the program is wrong, so matching must stop. Assertions stay enabled in production.
 */

/** Thrown when an invariant does not hold. It is only caught to report it and stop. */
export class BrokenInvariant extends Error {
  override readonly name = 'BrokenInvariant'
}

/** Throws {@link BrokenInvariant} unless `condition` holds. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BrokenInvariant(message)
}
