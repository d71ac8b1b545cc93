/**
 * Order entry over the socket: many requests in flight, and single ones at a rate beside HTTP. The client shares the
 * processors with the exchange, so its requests in flight are made before, and only their numbers are written into them.
 */

import { Agent, request } from 'node:http'
import { orderJson } from '../http/orders.ts'
import { clientFrame, machineMs, RawSocket } from './raw-socket.ts'

/** Requests in flight on each connection. The exchange allows 2,000. */
const IN_FLIGHT = 1_000
/** Requests of one write. */
const BURST = 100

/** Different bursts of a connection. They are sent again and again, with other numbers. */
const BURSTS = 20
/** Numbers with 7 digits, for ids of one length. */
const NUMBER_MIN = 1_000_000
const DIGITS = 7

/** Frames that place orders, with room for the number of each order in its request id and its order id. */
class Burst {
  private readonly frames: Buffer
  private readonly places: number[] = []

  constructor(run: string, first: number) {
    const number = String(NUMBER_MIN)
    const frames: Buffer[] = []
    let at = 0
    for (let i = 0; i < BURST; i++) {
      const order = orderJson(run, first + i).replace(`${run}-${first + i}`, `${run}-${number}`)
      const frame = clientFrame(`{"id":${number},"op":"place","order":${order}}`)
      const id = frame.indexOf(number)
      this.places.push(at + id, at + frame.indexOf(`-${number}`, id) + 1)
      frames.push(frame)
      at += frame.length
    }
    this.frames = Buffer.concat(frames)
  }

  /** A copy, because what was written before may wait. */
  numberedFrom(sent: number): Buffer {
    const bytes = Buffer.from(this.frames)
    const { places } = this
    for (let i = 0; i < places.length; i++) {
      let number = NUMBER_MIN + sent + (i >> 1)
      for (let digit = places[i] + DIGITS - 1; digit >= places[i]; digit--) {
        bytes[digit] = 48 + (number % 10)
        number = Math.floor(number / 10)
      }
    }
    return bytes
  }
}

/** Orders that are durable and answered, over some connections. */
export async function placeManyInFlight(
  port: number,
  connections: number,
  seconds: number,
  run: string,
): Promise<{ readonly orders: number; readonly perSecond: number }> {
  const untilMs = machineMs() + seconds * 1000
  let answered = 0
  const one = async (c: number): Promise<void> => {
    const socket = await RawSocket.open(port)
    const bursts = Array.from({ length: BURSTS }, (_, n) => new Burst(`${run}-${c}`, n * BURST))
    let sent = 0
    let own = 0
    const send = (): void => {
      socket.write(bursts[(sent / BURST) % BURSTS].numberedFrom(sent))
      sent += BURST
    }
    await new Promise<void>((resolve, reject) => {
      socket.onClose = () => reject(new Error('the exchange closed the connection'))
      socket.onText = (bytes, start, end) => {
        if (bytes[start + 9] !== 114) return reject(new Error(bytes.toString('utf8', start, end)))
        own++
        answered++
        if (own === sent && machineMs() >= untilMs) return resolve()
        if (sent - own <= IN_FLIGHT - BURST && machineMs() < untilMs) send()
      }
      for (let i = 0; i < IN_FLIGHT / BURST; i++) send()
    })
    socket.onClose = () => {}
    socket.close()
  }
  const startedMs = machineMs()
  await Promise.all(Array.from({ length: connections }, (_, c) => one(c)))
  return { orders: answered, perSecond: answered / ((machineMs() - startedMs) / 1000) }
}

/** Round trips in ms of single orders at a rate, over the socket or over HTTP, sorted. */
export async function roundTrips(
  port: number,
  over: 'socket' | 'http',
  perSecond: number,
  seconds: number,
  run: string,
): Promise<number[]> {
  const place = over === 'socket' ? await socketPlace(port) : httpPlace(port)
  const count = perSecond * seconds
  const trips: Promise<number>[] = []
  let answered = 0
  const startedMs = machineMs()
  while (trips.length < count) {
    const onTime = Math.floor(((machineMs() - startedMs) * perSecond) / 1000) + 1
    const due = Math.min(count, onTime, answered + IN_FLIGHT)
    while (trips.length < due) {
      const sentMs = machineMs()
      trips.push(
        place.send(orderJson(run, trips.length), trips.length).then(() => {
          answered++
          return machineMs() - sentMs
        }),
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const times = await Promise.all(trips)
  place.close()
  return times.sort((a, b) => a - b)
}

interface Place {
  send(order: string, id: number): Promise<unknown>
  close(): void
}

async function socketPlace(port: number): Promise<Place> {
  const socket = await RawSocket.open(port)
  const waiting = new Map<number, () => void>()
  socket.onText = (bytes, start, end) => {
    const id = Number(/"id":(\d+)/.exec(bytes.toString('latin1', start, end))?.[1])
    waiting.get(id)?.()
    waiting.delete(id)
  }
  return {
    send: (order, id) =>
      new Promise<void>((resolve) => {
        waiting.set(id, resolve)
        socket.send(`{"id":${id},"op":"place","order":${order}}`)
      }),
    close: () => socket.close(),
  }
}

/** A keep-alive connection has one request at a time, so there are several. */
function httpPlace(port: number): Place {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const headers = { 'Content-Type': 'application/json' }
  const send = (order: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const sent = request({ port, method: 'POST', path: '/orders', agent, headers }, (response) => {
        response.resume()
        response.on('end', resolve)
      })
      sent.on('error', reject).end(order)
    })
  return { send, close: () => agent.destroy() }
}
