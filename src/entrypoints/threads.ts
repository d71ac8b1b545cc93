/** The files of the threads that the edge starts. */

import type { ThreadFiles } from '../adapters/embedded/threads/open-core.ts'

export const THREADS: ThreadFiles = {
  core: new URL('./core-thread.js', import.meta.url),
  reader: new URL('./reader-thread.js', import.meta.url),
  market: new URL('./market-thread.js', import.meta.url),
  lake: new URL('./lake-thread.js', import.meta.url),
}
