import { CONTRACT_LIMITS, CONTRACT_NOW_MS, connectionsContract } from './connections.contract.ts'
import { MemoryConnections } from './memory-connections.ts'

connectionsContract(async () => {
  let nowMs = CONTRACT_NOW_MS
  return {
    connections: new MemoryConnections(CONTRACT_LIMITS, () => nowMs),
    pass: (ms) => {
      nowMs += ms
    },
  }
})
