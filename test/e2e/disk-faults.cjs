/**
 * Loaded into the process with --require. Writes to the order log fail as the file DISK_FAULT says. `full`: a
 * write stores half of its bytes, and the next one fails with ENOSPC. `sync`: fdatasync fails with EIO. If the
 * file does not exist, nothing fails. `slow`: a sync takes three seconds longer.
 */

const fs = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')

const faultFile = process.env.DISK_FAULT
const { fdatasync, readFileSync, readlinkSync, writeSync } = fs

function fault() {
  try {
    return readFileSync(faultFile, 'utf8').trim()
  } catch {
    return ''
  }
}

/** Time by which a slow disk delays a sync. */
const SLOW_MS = 3_000

const errorOf = (code) => Object.assign(new Error(`${code}: injected`), { code })

/** Whether the descriptor is a file of the order log. /proc has its path. */
const isLog = (fd) => readlinkSync(`/proc/self/fd/${fd}`).endsWith('.log')

let halfWritten = false
fs.writeSync = (fd, bytes, offset, length, position) => {
  if (isLog(fd) && fault() === 'full') {
    halfWritten = !halfWritten
    if (!halfWritten) throw errorOf('ENOSPC')
    return writeSync(fd, bytes, offset, Math.ceil(length / 2), position)
  }
  return writeSync(fd, bytes, offset, length, position)
}
fs.fdatasync = (fd, done) => {
  if (fault() === 'sync') setImmediate(done, errorOf('EIO'))
  else if (fault() === 'slow') setTimeout(fdatasync, SLOW_MS, fd, done)
  else fdatasync(fd, done)
}
syncBuiltinESMExports()
