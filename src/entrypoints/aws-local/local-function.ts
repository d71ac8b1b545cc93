/**
 * A function with its instances. An instance is a process that runs the bundle and handles one invocation at a
 * time. Instances are started when they are needed, and stay warm. If an instance is killed, hangs or ends, its
 * invocation fails, and a new instance replaces it.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'

export interface LocalFunctionOptions {
  readonly name: string
  /** The bundle's file. */
  readonly bundle: string
  /** The program that runs it: lambda-process. */
  readonly program: string
  readonly environment: Readonly<Record<string, string>>
  /** Maximum of concurrent invocations. Further ones wait. */
  readonly instancesMax: number
  readonly timeoutMs: number
  /** Called with each line of the instances' output. */
  onLine(line: string): void
}

/** The function threw, timed out or was killed. */
export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed'
}

interface Instance {
  readonly child: ChildProcess
  readonly ready: Promise<void>
  /** Callbacks of the present invocation. */
  settle: ((result: { response: unknown } | { failure: string }) => void) | undefined
  gone: boolean
}

export class LocalFunction {
  private readonly options: LocalFunctionOptions
  private readonly instances = new Set<Instance>()
  private readonly idle: Instance[] = []
  private readonly waiting: ((instance: Instance | undefined) => void)[] = []
  private closed = false
  /** Invocations that were answered. */
  answered = 0

  constructor(options: LocalFunctionOptions) {
    this.options = options
  }

  /** Starts an instance, so that the first invocation finds one. */
  async warmUp(): Promise<void> {
    const instance = this.start()
    await instance.ready
    this.release(instance)
  }

  async invoke(event: unknown): Promise<unknown> {
    const instance = await this.acquire()
    try {
      await instance.ready
      return await this.run(instance, event)
    } finally {
      this.release(instance)
    }
  }

  /** Kills every instance, also during an invocation. Returns the number of instances that were busy. */
  kill(): number {
    const busy = [...this.instances].filter(({ settle }) => settle !== undefined).length
    for (const { child } of this.instances) child.kill('SIGKILL')
    return busy
  }

  /** Kills one instance, one at work if there is any. Returns whether there was an instance. */
  killOne(): boolean {
    const alive = [...this.instances].filter(({ gone }) => !gone)
    const target = alive.find(({ settle }) => settle !== undefined) ?? alive[0]
    target?.child.kill('SIGKILL')
    return target !== undefined
  }

  get busy(): boolean {
    return [...this.instances].some(({ settle }) => settle !== undefined)
  }

  async close(): Promise<void> {
    this.closed = true
    await Promise.all(
      [...this.instances].map(
        ({ child, gone }) =>
          new Promise<void>((resolve) => {
            if (gone) return resolve()
            child.once('exit', () => resolve())
            child.kill('SIGKILL')
          }),
      ),
    )
  }

  private async run(instance: Instance, event: unknown): Promise<unknown> {
    const result = await new Promise<{ response: unknown } | { failure: string }>((resolve) => {
      if (instance.gone) return resolve({ failure: 'the instance has ended' })
      const timer = setTimeout(() => {
        instance.child.kill('SIGKILL')
        resolve({ failure: `timed out after ${this.options.timeoutMs} ms` })
      }, this.options.timeoutMs)
      instance.settle = (settled) => {
        clearTimeout(timer)
        instance.settle = undefined
        resolve(settled)
      }
      instance.child.send({ requestId: randomUUID(), event }, () => {})
    })
    if ('failure' in result) throw new FunctionFailed(`${this.options.name}: ${result.failure}`)
    this.answered++
    return result.response
  }

  private async acquire(): Promise<Instance> {
    for (;;) {
      if (this.closed) throw new FunctionFailed(`${this.options.name} is stopped`)
      const idle = this.idle.pop()
      if (idle !== undefined && !idle.gone) return idle
      if (idle !== undefined) continue
      if (this.instances.size < this.options.instancesMax) return this.start()
      const handed = await new Promise<Instance | undefined>((resolve) => this.waiting.push(resolve))
      if (handed !== undefined && !handed.gone) return handed
    }
  }

  private release(instance: Instance): void {
    const next = this.waiting.shift()
    if (next !== undefined) next(instance)
    else if (!instance.gone) this.idle.push(instance)
  }

  private start(): Instance {
    const { bundle, program, environment, name } = this.options
    const child = fork(program, [bundle], {
      env: { PATH: process.env.PATH, ...environment, AWS_LAMBDA_FUNCTION_NAME: name },
      execArgv: ['--no-warnings', '--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    const instance: Instance = { child, ready: readiness(child), settle: undefined, gone: false }
    this.instances.add(instance)
    // The waiting invocation gets the failure to start.
    instance.ready.catch(() => {})
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) this.tellLines(stream)
    child.on('message', (message: object) => {
      if (!('ready' in message)) instance.settle?.(message as { response: unknown } | { failure: string })
    })
    child.once('exit', (_, signal) => {
      instance.gone = true
      this.instances.delete(instance)
      instance.settle?.({ failure: signal === null ? 'the instance has ended' : `ended by ${signal}` })
      // An invocation may be waiting, and a new instance can now start.
      this.waiting.shift()?.(undefined)
    })
    return instance
  }

  private tellLines(stream: NodeJS.ReadableStream): void {
    let rest = ''
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') this.options.onLine(line)
    })
  }
}

function readiness(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('exit', () => reject(new FunctionFailed('the instance did not start')))
    child.once('error', reject)
  })
}
