import { kindOf, parseConfig, type SinkDefinition, type SourceDefinition, wait } from '@sluice/template'
import { createKafka } from '../kafka/create-kafka.ts'
import { KafkaError } from '../kafka/types.ts'
import { TakenOverError } from '../offsets/taken-over-error.ts'
import { foundValues } from '../providers/found-values.ts'
import { withValues } from '../providers/slice-references.ts'
import { runSink } from '../sink/run-sink.ts'
import { runSource } from '../source/run-source.ts'
import { PauseGate } from './pause-gate.ts'
import { failuresInRow, type RestartPolicy, restartDelayMs } from './restart-policy.ts'
import type { MakeKafka, Run } from './run.ts'
import { connectorFields, workerTaskFields } from './settings.ts'
import { aborted, unlessAborted } from './signals.ts'
import type { Task, TaskOptions, TaskStatus } from './task.ts'
import { traceOf } from './trace.ts'

/** Starts a task. `makeKafka` is for tests. */
export function createTask(options: TaskOptions, makeKafka: MakeKafka = createKafka): Task {
  return new SupervisedTask(options, makeKafka)
}

/** How long a run that was cut off may still take to end, before it is left behind. */
const cutGraceMs = 1000

interface Current {
  readonly stopping: AbortController
  readonly cut: AbortController
  readonly ended: Promise<unknown>
  /** It won't end: what comes next begins without it. */
  readonly leave: () => void
}

/** Runs the task again and again until it is stopped; between a failure and the next try it is FAILED. */
class SupervisedTask implements Task {
  readonly #options: TaskOptions
  readonly #makeKafka: MakeKafka
  readonly #gate: PauseGate
  #policy: RestartPolicy
  readonly #ending = new AbortController()
  readonly #supervised: Promise<void>
  #status: TaskStatus = { state: 'UNASSIGNED' }
  #current: Current | undefined
  #tryNow = new AbortController()
  /** In a row, by themselves. */
  #failures = 0
  #held: Run['held'] = { identity: undefined }

  constructor(options: TaskOptions, makeKafka: MakeKafka) {
    this.#options = options
    this.#makeKafka = makeKafka
    this.#gate = new PauseGate(options.paused ?? false)
    this.#policy = restartPolicy(options.settings)
    this.#supervised = this.#supervise()
  }

  status(): TaskStatus {
    return this.#status
  }

  pause(): void {
    this.#gate.pause()
    if (this.#status.state === 'RUNNING') this.#tell({ state: 'PAUSED' })
  }

  resume(): void {
    this.#gate.resume()
    if (this.#status.state === 'PAUSED') this.#tell({ state: 'RUNNING' })
  }

  async restart(): Promise<void> {
    if (this.#ending.signal.aborted) return
    this.#failures = 0
    // whoever asks for it wants the task to run here
    this.#held = { identity: undefined }
    const { ended } = this.#current ?? {}
    this.#tell({ state: 'RESTARTING' })
    this.#tryNow.abort()
    await this.#endRun(ended, restartTimeoutMs(this.#options.worker))
  }

  async stop({ timeoutMs }: { timeoutMs: number }): Promise<void> {
    this.#ending.abort(new DOMException('The task is stopped.', 'AbortError'))
    this.#tryNow.abort()
    await this.#endRun(this.#supervised, timeoutMs)
    this.#tell({ state: 'UNASSIGNED' })
  }

  /** Ends the present run: gracefully for so long, then cut. */
  async #endRun(ended: Promise<unknown> | undefined, timeoutMs: number): Promise<void> {
    const { stopping, cut, leave } = this.#current ?? {}
    stopping?.abort(new DOMException('The task is stopped.', 'AbortError'))
    if (await endsWithin(ended, timeoutMs)) return
    cut?.abort(new Error(`The task did not stop within ${timeoutMs} ms and was cut off.`))
    if (await endsWithin(ended, cutGraceMs)) return
    this.#options.log.warn({ timeoutMs }, 'A task did not stop in time and was left behind.')
    leave?.()
  }

  async #supervise(): Promise<void> {
    // Not in the constructor's own call: whoever makes the task has it before it hears of it.
    await Promise.resolve()
    while (!this.#ending.signal.aborted) {
      const startedAt = performance.now()
      const failure = await this.#runOnce()
      if (this.#ending.signal.aborted || !failure) continue
      this.#failures = failuresInRow(this.#failures, performance.now() - startedAt)
      await this.#untilNextTry(failure.error)
    }
  }

  async #runOnce(): Promise<{ readonly error: unknown } | undefined> {
    const stopping = new AbortController()
    const cut = new AbortController()
    this.#tryNow = new AbortController()
    const run = this.#run(stopping.signal, cut.signal)
    const left = Promise.withResolvers<undefined>()
    this.#current = { stopping, cut, ended: run, leave: () => left.resolve(undefined) }
    const failure = await Promise.race([run, left.promise])
    this.#current = undefined
    return stopping.signal.aborted ? undefined : failure
  }

  async #run(stopping: AbortSignal, cut: AbortSignal): Promise<{ readonly error: unknown } | undefined> {
    const run = (options: TaskOptions): Run => ({
      options,
      makeKafka: this.#makeKafka,
      gate: this.#gate,
      held: this.#held,
      stopping,
      cut,
      opened: () => this.#tell({ state: this.#gate.paused ? 'PAUSED' : 'RUNNING' }),
      detail: (detail) => this.#tellDetail(detail),
    })
    try {
      const { resolve } = this.#options
      const options = resolve ? await unlessAborted(this.#resolved(resolve), stopping) : this.#options
      await (options.kind === 'source'
        ? runSource(run(options), options.definition as SourceDefinition)
        : runSink(run(options), options.definition as SinkDefinition))
      return undefined
    } catch (error) {
      if (stopping.aborted && error !== stopping.reason)
        this.#options.log.warn({ err: error }, 'A task did not stop cleanly.')
      return { error }
    }
  }

  /** For each run anew: a login that was changed is a reason to fail, and to go on with the new one. */
  async #resolved(resolve: NonNullable<TaskOptions['resolve']>): Promise<TaskOptions> {
    const given = this.#options
    const settings = await resolve(given.settings)
    this.#policy = restartPolicy(settings)
    const secrets = [...(given.secrets ?? []), ...foundValues(given.settings, settings)]
    return { ...given, settings, secrets, slice: withValues(given.slice, given.settings, settings) }
  }

  async #untilNextTry(failure: unknown): Promise<void> {
    const waitMs = waitsForPerson(failure) ? undefined : restartDelayMs(this.#policy, this.#failures)
    this.#options.log.error({ err: failure, restartMs: waitMs }, 'The task failed.')
    const trace = traceOf(failure)
    if (waitMs === undefined) {
      this.#tell({ state: 'FAILED', trace })
      return aborted(this.#tryNow.signal)
    }
    this.#tell({ state: 'FAILED', trace, nextTryAt: Date.now() + Math.round(waitMs) })
    await wait(waitMs, this.#tryNow.signal).catch(() => {})
  }

  #tell(status: TaskStatus): void {
    this.#status = status
    this.#options.onStatus(status)
  }

  #tellDetail(detail: string | undefined): void {
    const { state } = this.#status
    // one that is FAILED opens its connector again, and shows until then why it failed
    if (state === 'PAUSED' || state === 'FAILED' || detail === this.#status.detail) return
    this.#tell({ state, ...(detail !== undefined && { detail }) })
  }
}

/** Nothing that a restart would mend: the configuration is wrong, or another worker runs the task, which a restart here would take from it. */
function waitsForPerson(error: unknown): boolean {
  if (kindOf(error) === 'config' || error instanceof TakenOverError) return true
  if (error instanceof KafkaError && (error.code === 'CONFIG' || error.code === 'PRODUCER_FENCED'))
    return true
  return error instanceof Error && error.cause !== undefined && waitsForPerson(error.cause)
}

function restartPolicy(settings: ReadonlyMap<string, string>): RestartPolicy {
  // Wrong values are told by the run, which reads all settings.
  const { taskRestartBackoffMs, taskRestartMax } = connectorFields
  const { config } = parseConfig({ taskRestartBackoffMs, taskRestartMax }, settings)
  return {
    backoffMs: config?.taskRestartBackoffMs ?? taskRestartBackoffMs.default!,
    max: config?.taskRestartMax ?? -1,
    backoffMaxMs: 3_600_000,
  }
}

function restartTimeoutMs(worker: ReadonlyMap<string, string>): number {
  const { taskShutdownGracefulTimeoutMs } = workerTaskFields
  const { config } = parseConfig({ taskShutdownGracefulTimeoutMs }, worker)
  return config?.taskShutdownGracefulTimeoutMs ?? taskShutdownGracefulTimeoutMs.default!
}

async function endsWithin(promise: Promise<unknown> | undefined, ms: number): Promise<boolean> {
  const ended = new AbortController()
  const done = Promise.resolve(promise).then(() => true)
  try {
    return await Promise.race([
      done,
      wait(ms, ended.signal).then(
        () => false,
        () => false,
      ),
    ])
  } finally {
    ended.abort()
  }
}
