import { marketReaderContract } from './market-reader.contract.ts'
import { MemoryMarket } from './memory-market.ts'

marketReaderContract(async (commits) => new MemoryMarket(commits.flat()), 20)
