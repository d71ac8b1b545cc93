/**
 * A short differential run of the engine and the naive book, for mutants: named commands, frequent checks of invariants,
 * and some snapshots. Exits with 1 at the first difference.
 */

import { checkBook } from '../../src/engine/invariants.ts'
import { restoreBook, snapshotBook } from '../../src/engine/snapshot.ts'
import { BookDriver } from '../../test/engine/book-driver.ts'
import { commands } from '../../test/engine/commands.ts'
import { NaiveBook } from '../../test/engine/naive-book.ts'

const SEEDS = 12
const COMMANDS = 1_500

for (let seed = 1; seed <= SEEDS; seed++) {
  const driver = new BookDriver()
  const naive = new NaiveBook()
  let number = 0
  for (const command of commands(seed, seed % 4 === 0)) {
    if (++number > COMMANDS) break
    if (number % 250 === 0) driver.book = restoreBook(snapshotBook(driver.book))
    driver.apply(command)
    if (driver.drain().join('\n') !== naive.apply(command).join('\n')) process.exit(1)
    if (number % 10 === 0) checkBook(driver.book)
    if (driver.book.lastTradePrice !== naive.lastTradePrice) process.exit(1)
    if (driver.liveCount !== driver.book.orders.count) process.exit(1)
  }
}
