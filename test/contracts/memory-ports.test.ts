import { commitStoreContract } from './commit-store.contract.ts'
import { MemorySnapshots, MemoryStore, MemoryStream } from './memory-ports.ts'
import { orderStreamContract, type StreamUnderTest } from './order-stream.contract.ts'
import { snapshotStoreContract } from './snapshot-store.contract.ts'

function streamUnderTest(stream = new MemoryStream()): StreamUnderTest {
  return {
    stream,
    setNowMs: (nowMs) => {
      stream.nowMs = nowMs
    },
    reopen: async () => streamUnderTest(new MemoryStream(stream.records)),
  }
}

orderStreamContract(async () => streamUnderTest())
commitStoreContract(async () => {
  const store = new MemoryStore()
  const opened = { store, openAgain: () => store, reopen: async () => opened }
  return opened
})
snapshotStoreContract(async () => new MemorySnapshots())
