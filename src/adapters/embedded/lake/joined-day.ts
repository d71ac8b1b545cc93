/** Chooses the files of a day that are joined to one. A file is joined a few times at most, until it is large. */

import { join } from 'node:path'
import { LAKE_JOINED_BYTES } from '../../../protocol/limits.ts'
import { joinFiles } from './joined-files.ts'
import type { LakeDayFiles, LakeFile, LakeFolder } from './lake-folder.ts'

/** `impossible`: the files have different columns. */
export type Joining = 'nothing' | 'joined' | 'impossible'

/**
 * Joins the first run of at least so many small files, if there is one, and if the disk has room for their copy: they
 * stay for a while beside it.
 */
export function joinDay(folder: LakeFolder, day: LakeDayFiles, least: number): Joining {
  const run = runOf(day.files, least)
  if (run === undefined || !folder.hasRoom(run.reduce((sum, { bytes }) => sum + bytes, 0))) return 'nothing'
  const paths = run.map(({ name }) => join(day.path, name))
  return joinFiles(paths, (pieces) => folder.replace(day, run, pieces)) ? 'joined' : 'impossible'
}

/** The first consecutive files below the size, as many as fit a joined file. */
function runOf(files: readonly LakeFile[], least: number): LakeFile[] | undefined {
  let run: LakeFile[] = []
  let bytes = 0
  for (const file of files) {
    if (file.bytes >= LAKE_JOINED_BYTES) {
      if (run.length >= least) return run
      run = []
      bytes = 0
      continue
    }
    run.push(file)
    bytes += file.bytes
    if (bytes >= LAKE_JOINED_BYTES && run.length >= 2) return run
  }
  return run.length >= least ? run : undefined
}
