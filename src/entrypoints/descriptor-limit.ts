/**
 * What the limit of file descriptors (`ulimit -n`) allows. With a small limit the program does not start, because it
 * could not even load. Connections are refused first, so that the order log can always open its next file.
 */

import { readdirSync } from 'node:fs'

/**
 * Descriptors that stay free. Node opens the modules of a thread side by side, about 100 at a time, and a thread may
 * start while there are connections. Files of the log, of snapshots and of the documentation need fewer.
 */
const SPARE = 100

/** What the program opens while it starts, and a hundred connections. */
const LEAST = 256

/** Why the program cannot run with the limit; undefined if it can. */
export function tooFewDescriptors(limit = softLimit()): string | undefined {
  if (limit >= LEAST) return undefined
  return `the limit of open files is ${limit} (ulimit -n); at least ${LEAST} are needed`
}

/** The number of connections that the process may have, beside the files that it has open now. */
export function connectionsAllowed(limit = softLimit(), open = openDescriptors()): number {
  return Math.max(1, limit - open - SPARE)
}

/** Node has raised the soft limit to the hard one at its start. */
function softLimit(): number {
  // Without this the report looks up the names of all connections.
  Object.assign(process.report ?? {}, { excludeNetwork: true })
  const report = process.report?.getReport() as { userLimits?: { open_files?: { soft?: number | string } } } | undefined
  const soft = report?.userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY
}

function openDescriptors(): number {
  return readdirSync('/dev/fd').length
}
