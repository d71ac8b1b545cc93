/** The command-file driver against a plain model of its rules that shares nothing with the engine. */

import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { runEngineBench } from '../../src/entrypoints/commands/engine-bench.ts'
import { CommandFile, MalformedFile } from '../../src/entrypoints/engine-bench/command-file.ts'
import { EventLines } from '../../src/entrypoints/engine-bench/event-lines.ts'
import { randomFrom } from './commands.ts'

interface Message {
  type: number
  side: number
  ioc: number
  quantity: number
  sequence: bigint
  orderId: bigint
  price: bigint
}

function encode(messages: readonly Message[], magic = 0x31304244524fn): Uint8Array {
  const view = new DataView(new ArrayBuffer(16 + messages.length * 40))
  view.setBigUint64(0, magic, true)
  view.setUint32(8, 1, true)
  view.setUint32(12, messages.length, true)
  messages.forEach((m, i) => {
    const at = 16 + i * 40
    view.setUint8(at, m.type)
    view.setUint8(at + 1, m.side)
    view.setUint8(at + 2, m.ioc)
    view.setUint32(at + 4, m.quantity, true)
    view.setBigUint64(at + 8, m.sequence, true)
    view.setBigUint64(at + 16, m.orderId, true)
    view.setBigInt64(at + 24, m.price, true)
  })
  return new Uint8Array(view.buffer)
}

/** Price-time priority on one sorted array per side. */
function modelLines(messages: readonly Message[]): string[] {
  type Resting = { id: bigint; side: number; price: bigint; open: number }
  const sides: [Resting[], Resting[]] = [[], []]
  const events: { sequence: bigint; type: number; line: string }[] = []
  for (const m of messages) {
    const say = (type: number, ...rest: (number | bigint)[]) =>
      events.push({ sequence: m.sequence, type, line: [type, m.sequence, ...rest].join(',') })
    const enter = (order: Resting, ioc: boolean) => {
      const makers = sides[1 - order.side]
      while (order.open > 0 && makers.length > 0) {
        const maker = makers[0]
        if (order.side === 0 ? maker.price > order.price : maker.price < order.price) break
        const quantity = Math.min(order.open, maker.open)
        say(1, maker.price, quantity, maker.id, order.id)
        order.open -= quantity
        maker.open -= quantity
        if (maker.open === 0) makers.shift()
      }
      if (order.open === 0) return
      if (ioc) return void say(2, order.side, order.id, order.price)
      const own = sides[order.side]
      const at = own.findIndex((o) => (order.side === 0 ? o.price < order.price : o.price > order.price))
      own.splice(at < 0 ? own.length : at, 0, order)
    }
    const takeOut = (): Resting | undefined => {
      for (const side of sides) {
        const at = side.findIndex((o) => o.id === m.orderId)
        if (at >= 0) return side.splice(at, 1)[0]
      }
      return undefined
    }
    if (m.type === 0) {
      say(0, m.side, m.orderId, m.price, m.quantity)
      enter({ id: m.orderId, side: m.side, price: m.price, open: m.quantity }, m.ioc !== 0)
      continue
    }
    const order = takeOut()
    if (order === undefined) say(m.type === 1 ? 4 : 5, m.orderId)
    else if (m.type === 1) say(2, order.side, order.id, order.price)
    else {
      say(3, order.side, order.id, m.price, m.quantity)
      enter({ ...order, price: m.price, open: m.quantity }, false)
    }
  }
  const bySequence = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)
  return events.sort((a, b) => bySequence(a.sequence, b.sequence) || a.type - b.type).map((e) => e.line)
}

/** A market of `count` messages; ids and prices are moved by the given amounts. */
function market(seed: number, count: number, idBase: bigint, priceBase: bigint, shuffled = false): Message[] {
  const random = randomFrom(seed)
  const ids: bigint[] = []
  return Array.from({ length: count }, (_, i) => {
    const dice = random(10)
    const type = dice < 5 || ids.length === 0 ? 0 : dice < 8 ? 1 : 2
    const orderId =
      type === 0
        ? idBase + BigInt(i) * BigInt(1 + (seed % 3) * 4_096)
        : ids[ids.length - 1 - random(Math.min(60, ids.length))]
    if (type === 0) ids.push(orderId)
    const side = random(2)
    const price = priceBase + BigInt(1_000 + random(40) + (side === 0 ? -6 : 6))
    // Some sequences are late, some are repeated.
    const sequence = BigInt(shuffled ? Math.max(0, i - random(4)) : i + 1)
    return { type, side, ioc: random(7) === 0 ? 1 : 0, quantity: 1 + random(9), sequence, orderId, price }
  })
}

const linesOf = (bytes: Uint8Array): string[] => {
  const file = new CommandFile(bytes)
  const lines = new EventLines(file)
  file.run(lines.add)
  return lines.all()
}

describe('the command-file driver', () => {
  it('gives the lines of the model', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const messages = market(seed, 2_000, 1n, 0n, seed % 5 === 0)
      expect(linesOf(encode(messages)), `seed ${seed}`).toEqual(modelLines(messages))
    }
  })

  it('distinguishes ids above 2^53, and keeps 64-bit and negative prices exact', () => {
    const bases: [bigint, bigint][] = [
      [2n ** 53n, 0n],
      [2n ** 64n - 40_000n * 8_193n, 2n ** 62n],
      [2n ** 32n - 500n, -(2n ** 63n)],
      [0n, -1_010n],
    ]
    for (const [idBase, priceBase] of bases) {
      const messages = market(5, 3_000, idBase, priceBase)
      expect(linesOf(encode(messages))).toEqual(modelLines(messages))
    }
  })

  it('distinguishes ids with the same lower half', () => {
    const order = { type: 0, side: 0, ioc: 0, quantity: 1, price: 10n }
    const ids = [7n, 7n + 2n ** 32n, 7n + 2n ** 33n]
    const messages: Message[] = [
      ...ids.map((orderId, i) => ({ ...order, sequence: BigInt(i), orderId })),
      { ...order, type: 1, sequence: 3n, orderId: ids[1] },
      { ...order, type: 1, sequence: 4n, orderId: ids[1] },
      { ...order, type: 1, sequence: 5n, orderId: ids[0] },
    ]
    expect(linesOf(encode(messages)).slice(3)).toEqual(['2,3,0,4294967303,10', '4,4,4294967303', '2,5,0,7,10'])
  })

  it('refuses a truncated file, another version, and an unknown record', () => {
    const messages = market(1, 5, 1n, 0n)
    const whole = encode(messages)
    expect(() => new CommandFile(whole.subarray(0, 10))).toThrow(MalformedFile)
    expect(() => new CommandFile(whole.subarray(0, whole.length - 1))).toThrow(
      'the header says 5 records, the file has 4',
    )
    const other = encode(messages)
    other[8] = 2
    expect(() => new CommandFile(other)).toThrow('version 2')
    const broken = (change: Partial<Message>) => () => new CommandFile(encode([{ ...messages[0], ...change }]))
    expect(broken({ type: 3 })).toThrow('record 0: type 3')
    expect(broken({ side: 2 })).toThrow('record 0: side 2')
    expect(broken({ quantity: 0 })).toThrow('record 0: quantity 0')
    expect(encode(messages, 1n).length).toBe(whole.length)
    expect(linesOf(encode(messages, 1n))).toEqual(linesOf(whole))
  })

  it('prints the lines, their hash, or the rounds, and has different exit codes for a bad file and wrong usage', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'engine-bench-'))
    const path = join(directory, 'commands.bin')
    const messages = market(3, 500, 1n, 0n)
    await writeFile(path, encode(messages))
    const expected = modelLines(messages)
    const printed: string[] = []
    const spies = [
      vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(`${line}\n`)),
      vi.spyOn(console, 'error').mockImplementation(() => {}),
      vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0),
    ]
    const run = async (...argv: string[]) => {
      printed.length = 0
      return [await runEngineBench(argv), printed.join('')]
    }
    try {
      expect(await run(path)).toEqual([0, `${expected.join('\n')}\n`])
      const hash = createHash('sha256').update(expected.join('\n')).digest('hex')
      expect(await run(path, '--hash')).toEqual([0, `${hash}\n`])
      const [code, rounds] = await run(path, '--rounds', '2')
      expect(code).toBe(0)
      expect(rounds).toMatch(/^round 1: \d+ messages\/s, \d+ events\nround 2: \d+ messages\/s, \d+ events\n$/)
      expect((await run(join(directory, 'absent')))[0]).toBe(1)
      expect((await run())[0]).toBe(2)
      expect((await run(path, '--rounds', '0'))[0]).toBe(2)
    } finally {
      for (const spy of spies) spy.mockRestore()
      await rm(directory, { recursive: true })
    }
  })
})
