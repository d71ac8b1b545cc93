/**
 * Stops a running exchange within a time, whatever its clients, its disk and its store do. No new connection is
 * accepted. Open requests get half of the time, the core gets the rest. The order log has every acknowledged command,
 * so it is safe to leave without the records and the snapshot.
 */

import type { CoreStopped } from '../../adapters/embedded/threads/core-messages.ts'

export interface RunningParts {
  readonly server: { close(drainMs: number): Promise<void> }
  readonly core: { stop(withinMs: number): Promise<CoreStopped> }
  readonly logger: Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>
}

/** Time that the threads and the process take to end after the core has stopped, and again after this has ended. */
const EXIT_MS = 250

export const LEFT_TO_THE_LOG = 'stopped; what is not stored is rebuilt from the order log at the next start'
export const FAILED_TO_STOP = 'the exchange failed while it stopped; the order log has every acknowledged order'

/** Resolves with the exit code after the core has stopped, or when `withinMs` is over: 1 if it could not stop. */
export async function shutDown({ server, core, logger }: RunningParts, withinMs: number): Promise<number> {
  const endMs = performance.now() + withinMs
  const stopped = stopAll({ server, core }, withinMs).then(
    (left) => {
      if (left.unstoredEvents > 0 || left.snapshot === 'failed') logger.warn(left, LEFT_TO_THE_LOG)
      else logger.info(left, 'stopped')
      return 0
    },
    (cause) => {
      logger.error({ error: String(cause) }, FAILED_TO_STOP)
      return 1
    },
  )
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<number>((resolve) => {
    const leave = () => {
      logger.warn({ seconds: withinMs / 1000 }, `the time to stop is over; ${LEFT_TO_THE_LOG}`)
      resolve(0)
    }
    timer = setTimeout(leave, endMs - performance.now() - EXIT_MS)
  })
  const exitCode = await Promise.race([stopped, late])
  clearTimeout(timer)
  return exitCode
}

async function stopAll(
  { server, core }: Pick<RunningParts, 'server' | 'core'>,
  withinMs: number,
): Promise<CoreStopped> {
  const endMs = performance.now() + withinMs - 2 * EXIT_MS
  await server.close(withinMs / 2)
  return core.stop(endMs - performance.now())
}
