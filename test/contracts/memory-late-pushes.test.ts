import { latePushesContract } from './late-pushes.contract.ts'
import { MemoryLatePushes } from './memory-late-pushes.ts'

latePushesContract(async () => new MemoryLatePushes())
