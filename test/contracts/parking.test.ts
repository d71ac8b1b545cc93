/** The memory ports of the simulation keep the contracts that the adapters of AWS keep. */

import { memoryCursors, memoryKeptRecords, memoryStates, ParkedState } from '../simulation/memory-parking.ts'
import { memoryPublisher, PublishedState } from '../simulation/memory-publisher.ts'
import { keptRecordsContract } from './kept-records.contract.ts'
import { shardCursorsContract } from './shard-cursors.contract.ts'
import { symbolStatesContract } from './symbol-states.contract.ts'

symbolStatesContract(async () => {
  const published = new PublishedState()
  return {
    states: memoryStates(new ParkedState(), published),
    mark: (symbol) => memoryPublisher(published).mark(symbol),
    advance: async (symbol, position, schedule) =>
      published.moveMark(symbol, { position, eventNumber: 1, tradeNumber: 0 }, schedule),
  }
})
keptRecordsContract(async () => memoryKeptRecords(new ParkedState()))
shardCursorsContract(async () => memoryCursors(new ParkedState()))
