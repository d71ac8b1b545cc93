/**
 * The one assertion of the exchange. A broken invariant is neither a rejection nor an operational
 * failure: it means that the program is wrong, and matching must stop rather than trade on.
 * Assertions stay on in production.
 */
/** Thrown when the program contradicts itself. Nobody catches it but to stop loudly. */
export class BrokenInvariant extends Error {
    name = 'BrokenInvariant';
}
/** Stops with {@link BrokenInvariant} unless `condition` holds. */
export function invariant(condition, message) {
    if (!condition)
        throw new BrokenInvariant(message);
}
