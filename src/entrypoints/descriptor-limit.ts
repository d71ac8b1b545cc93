/**
 * How many connections the limit of file descriptors (`ulimit -n`) allows. Connections are refused first, so that
 * the order log can always open its next file.
 */

import { readdirSync } from 'node:fs'

/** Descriptors that stay free: files of the log, of snapshots and of the documentation, each open for a moment. */
const SPARE = 16

/** The number of connections that the process may have, beside the files that it has open now. Throws if none. */
export function connectionsAllowed(limit = softLimit(), open = openDescriptors()): number {
  const allowed = limit - open - SPARE
  if (allowed >= 1) return allowed
  throw new Error(
    `the limit of open files is ${limit} (ulimit -n): ${open} are open, ${SPARE} stay free, none is left for a connection`,
  )
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
