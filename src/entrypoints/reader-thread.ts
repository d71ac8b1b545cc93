/** The reader thread of the embedded exchange: answers questions about stored records. Wiring only. */

import { setPriority } from 'node:os'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { StoredRecords } from '../adapters/embedded/records/stored-records.ts'
import { QuestionTurns } from '../adapters/embedded/threads/question-turns.ts'
import type { FromReader, ReaderOptions, ToReader } from '../adapters/embedded/threads/reader-client.ts'
import { answerStored } from '../adapters/embedded/threads/stored-questions.ts'

/** If there are fewer processors than threads, orders go first. */
const NICE = 10

const { path } = workerData as ReaderOptions
const edge = parentPort as MessagePort
const store = new StoredRecords(path)
const turns = new QuestionTurns((message) => edge.postMessage(message))
edge.on('message', (message: ToReader) => {
  if (message.kind === 'idLayer') store.share(message.layer)
  else if (message.kind === 'leave') edge.close()
  else turns.add(message, answerStored(store, message))
})

edge.postMessage({ kind: 'up' } satisfies FromReader)

// On Linux the priority is that of the calling thread, elsewhere that of the process.
if (process.platform === 'linux') setPriority(0, NICE)
