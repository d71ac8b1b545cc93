import type { LatePush, LatePushes } from '../../src/ports/late-pushes.ts'

const nameOf = ({ symbol, account = '' }: LatePush): string => `${symbol} ${account}`

export class MemoryLatePushes implements LatePushes {
  private readonly notes = new Map<string, LatePush>()

  async note(late: readonly LatePush[]): Promise<void> {
    for (const each of late) this.notes.set(nameOf(each), { ...each })
  }

  async remove(late: readonly LatePush[]): Promise<void> {
    for (const each of late) this.notes.delete(nameOf(each))
  }

  async all(): Promise<LatePush[]> {
    return [...this.notes.values()]
  }
}
