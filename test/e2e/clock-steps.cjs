/**
 * Loaded into the process with --require: moves the clock of the machine. CLOCK_STEP is the path of a file that
 * contains the step in milliseconds. Without the file the clock is right.
 */

const { readFileSync } = require('node:fs')

const now = Date.now
Date.now = () => {
  try {
    return now() + Number(readFileSync(process.env.CLOCK_STEP, 'utf8'))
  } catch {
    return now()
  }
}
