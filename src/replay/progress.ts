/**
 * Shows the progress of a replay or a verification on standard error, apart from the report. On a terminal it is a bar. Elsewhere it
 * is a line every few seconds, or nothing if the report is JSON.
 */

import { SingleBar } from 'cli-progress'

/** A terminal or a pipe. */
export type ProgressOutput = NodeJS.WritableStream & { readonly isTTY?: boolean }

export interface Progress {
  update(rowsDone: number, rows: number): void
  stop(): void
}

const LINE_EVERY_MS = 5_000
const SILENT: Progress = { update() {}, stop() {} }

/** What is counted: `verify: 5 of 10 commands`. */
export interface Counted {
  readonly task: string
  readonly unit: string
}

const REPLAY: Counted = { task: 'replay', unit: 'events' }

export function showProgress(output: ProgressOutput, json: boolean, counted = REPLAY): Progress {
  if (output.isTTY === true) return bar(output, counted)
  return json ? SILENT : lines(output, counted)
}

function bar(stream: NodeJS.WritableStream, { task, unit }: Counted): Progress {
  const format = `${task} [{bar}] {percentage}% | {value}/{total} ${unit} | {duration_formatted}, {eta_formatted} left`
  const single = new SingleBar({ stream, format, hideCursor: true, clearOnComplete: true })
  let started = false
  return {
    update(rowsDone, rows) {
      if (!started) single.start(rows, rowsDone)
      else single.update(rowsDone)
      started = true
    },
    stop() {
      if (started) single.stop()
    },
  }
}

function lines(output: NodeJS.WritableStream, { task, unit }: Counted): Progress {
  let nextMs = performance.now() + LINE_EVERY_MS
  return {
    update(rowsDone, rows) {
      const nowMs = performance.now()
      if (nowMs < nextMs) return
      nextMs = nowMs + LINE_EVERY_MS
      const percent = Math.floor((rowsDone / rows) * 100)
      output.write(`${task}: ${rowsDone.toLocaleString('en')} of ${rows.toLocaleString('en')} ${unit}, ${percent}%\n`)
    },
    stop() {},
  }
}
