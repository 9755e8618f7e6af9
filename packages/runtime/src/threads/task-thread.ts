import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { wait } from '@sluice/template'
import { HangClock } from './hang-clock.ts'
import type { FromThread, ThreadData, ToThread } from './messages.ts'
import { starvedMs } from './os-thread.ts'
import { fromPlainError } from './plain-error.ts'
import { frameIndent, whereItIs } from './where-it-is.ts'

export interface TaskThreadOptions {
  readonly data: ThreadData
  /** 0: Node's own limit. */
  readonly heapMb: number
  readonly hangTimeoutMs: number
  readonly onMessage: (message: FromThread) => void
  /** Called once, unless `close` ended it: why it is gone. */
  readonly onDeath: (death: ThreadDeath) => void
}

/** How a thread came to its end against our will. */
export interface ThreadDeath {
  readonly how: 'hung' | 'crashed'
  readonly error: Error
  /** The task whose code ran at last, by its number in messages, where that shows. */
  readonly task?: number
}

type Call =
  Extract<ToThread, { call: number }> extends infer M ? (M extends { type: 'answer' } ? never : M) : never
type WithoutId<M> = M extends unknown ? Omit<M, 'call'> : never

/** Loading modules takes its time where many threads start on few cores; a loop there is found all the same. */
const startTimeoutMs = 60_000
const terminationMs = 2000
const retirementMs = 1000
/** So long it may take to see where a thread hangs. */
const lookMs = 1000
/** Batches die young and small: V8's own bound would only let more garbage pile up, times the number of threads. */
const youngMb = 4

/**
 * One worker thread, seen from outside. It is asked for a sign of life all the time; if none comes for `hangTimeoutMs` it is terminated,
 * for nothing else stops a loop that never yields.
 */
export class TaskThread {
  readonly #options: TaskThreadOptions
  readonly #worker: Worker
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>()
  #nextCall = 0
  #state: 'starting' | 'running' | 'ended' = 'starting'
  #isGivenUp = false
  #osThread: number | undefined
  readonly #clock: HangClock
  readonly #heartbeat: NodeJS.Timeout

  constructor(options: TaskThreadOptions) {
    this.#options = options
    const file = new URL(`./thread-main${extname(fileURLToPath(import.meta.url))}`, import.meta.url)
    this.#worker = new Worker(file, {
      workerData: options.data,
      resourceLimits: {
        maxYoungGenerationSizeMb: youngMb,
        ...(options.heapMb > 0 && { maxOldGenerationSizeMb: options.heapMb }),
      },
    })
    this.#worker.on('message', (message: FromThread) => this.#take(message))
    this.#worker.on('error', (error: unknown) => this.#end({ how: 'crashed', error: crashError(error) }))
    this.#worker.on('exit', (code) => this.#end({ how: 'crashed', error: exitError(code) }))
    this.#clock = new HangClock({
      beatMs: this.#beatMs(),
      starvedMs: () => starvedMs(this.#osThread),
      now: () => performance.now(),
    })
    this.#heartbeat = setInterval(() => this.#beat(), this.#beatMs())
  }

  post(message: ToThread): void {
    if (this.#state !== 'ended') this.#worker.postMessage(message, [])
  }

  /** Sends a call and resolves with its answer; rejects with its error, or when the thread ends before. */
  async call(message: WithoutId<Call>): Promise<unknown> {
    if (this.#state === 'ended') throw new Error('The thread has ended.')
    const call = this.#nextCall++
    const answer = Promise.withResolvers<unknown>()
    this.#calls.set(call, answer)
    this.post({ ...message, call })
    return answer.promise
  }

  get ended(): boolean {
    return this.#state === 'ended'
  }

  /** Was it heard of lately? */
  get answers(): boolean {
    return this.#clock.answers
  }

  /** Terminates it as hung; one that doesn't answer after a look at where it hangs. */
  kill(reason: string): void {
    // in one that answers, whatever happens to run just now says nothing
    if (this.answers) this.#end({ how: 'hung', error: withFrames(reason) })
    else void this.#lookAndEnd(reason)
  }

  async #lookAndEnd(reason: string): Promise<void> {
    if (this.#isGivenUp) return
    this.#isGivenUp = true
    const { frames, task } = (await whereItIs(this.#worker.threadId, lookMs)) ?? {}
    this.#end({ how: 'hung', error: withFrames(reason, frames), ...(task !== undefined && { task }) })
  }

  /** Lets its calls clean up behind themselves, for a moment, and terminates it; nobody waits and nobody is told. */
  async retire(): Promise<void> {
    this.post({ type: 'end' })
    this.#finish(new Error('The thread was closed.'))
    const waiting = new AbortController()
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve))
    const patience = wait(retirementMs, waiting.signal).catch(() => {})
    await Promise.race([exited, patience])
    waiting.abort()
    await this.#worker.terminate()
  }

  /** Terminates it; nobody is told. */
  async close(): Promise<void> {
    this.#finish(new Error('The thread was closed.'))
    await this.#worker.terminate()
  }

  #take(message: FromThread): void {
    if (this.#state === 'ended') return
    this.#clock.heard()
    if (message.type === 'ready') this.#begin(message)
    else if (message.type === 'done') this.#settle(message)
    else if (message.type !== 'pong') this.#options.onMessage(message)
  }

  #settle({ call, value, error }: Extract<FromThread, { type: 'done' }>): void {
    const answer = this.#calls.get(call)
    this.#calls.delete(call)
    if (error === undefined) answer?.resolve(value)
    else answer?.reject(fromPlainError(error))
  }

  #beatMs(): number {
    return Math.min(1000, Math.max(20, this.#options.hangTimeoutMs / 5))
  }

  #begin({ osThread }: Extract<FromThread, { type: 'ready' }>): void {
    this.#state = 'running'
    this.#osThread = osThread
  }

  #beat(): void {
    if (this.#isGivenUp) return
    const { hangTimeoutMs } = this.#options
    const limitMs = this.#state === 'starting' ? Math.max(startTimeoutMs, hangTimeoutMs) : hangTimeoutMs
    if (this.#clock.beat(limitMs)) {
      void this.#lookAndEnd(silence(limitMs))
    } else this.post({ type: 'ping' })
  }

  #end(death: ThreadDeath): void {
    if (this.#state === 'ended') return
    this.#finish(death.error)
    void this.#gone().then(() => this.#options.onDeath(death))
  }

  /** What replaces it begins when it has really ended; native code that can't be interrupted is not waited for. */
  async #gone(): Promise<void> {
    const waiting = new AbortController()
    const patience = wait(terminationMs, waiting.signal).catch(() => {})
    await Promise.race([this.#worker.terminate(), patience])
    waiting.abort()
  }

  #finish(error: Error): void {
    this.#state = 'ended'
    clearInterval(this.#heartbeat)
    for (const answer of this.#calls.values()) answer.reject(error)
    this.#calls.clear()
  }
}

/** The same death, with what of the connector ran at last. */
export function blaming(death: ThreadDeath, code: string): ThreadDeath {
  const { how, error } = death
  const frames = how === 'hung' ? error.stack?.split('\n').filter((line) => line.startsWith(frameIndent)) : []
  return { ...death, error: withFrames(`${error.message} It was in ${code}.`, frames, error.cause) }
}

/** Those of whoever watched it would say nothing of the thread. */
function withFrames(message: string, frames: readonly string[] = [], cause?: unknown): Error {
  const error = new Error(message, cause === undefined ? {} : { cause })
  error.stack = [`Error: ${message}`, ...frames].join('\n')
  return error
}

function silence(limitMs: number): string {
  return (
    `The thread gave no sign of life for ${limitMs} ms: something in it never yields. Mend what loops without an await, or blocks; ` +
    'or raise task.hang.timeout.ms where work takes so long.'
  )
}

function crashError(cause: unknown): Error {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  const why =
    code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? 'its memory ran out'
      : `an error was thrown where nothing catches it: ${messageOf(cause)}`
  return new Error(`The thread has crashed: ${why}.`, { cause })
}

function exitError(code: number): Error {
  return new Error(`The thread has ended by itself with code ${code}: something in it called process.exit().`)
}

function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '')
}
