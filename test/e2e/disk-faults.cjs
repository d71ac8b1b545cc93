/**
 * Loaded into the process with --require: makes writes to the order log fail while a file says so.
 * DISK_FAULT names the file; it holds `full` (a write takes half of its bytes, then ENOSPC),
 * or `sync` (fdatasync gives EIO). Without the file the disk is well.
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

const errorOf = (code) => Object.assign(new Error(`${code}: injected`), { code })

/** Only the order log: /proc tells the file behind a descriptor. */
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
fs.fdatasync = (fd, done) => (fault() === 'sync' ? setImmediate(done, errorOf('EIO')) : fdatasync(fd, done))
syncBuiltinESMExports()
