import { type Logger, RecordError, wait } from '@sluice/template'
import { backoffMs } from '../kafka/backoff.ts'
import type { TaskMetricsSink } from '../task/task.ts'
import { isTolerable, kindAt, rules, type Stage } from './stages.ts'

const firstRetryMs = 300

/** What went wrong with one record, and where. */
export interface Failure {
  readonly stage: Stage
  readonly error: unknown
  /** Who threw it: a class name or a plug-in's name. */
  readonly by: string
  /** For log lines, if the operator wants them. */
  readonly record: RecordPlace
}

export interface RecordPlace {
  readonly topic: string
  readonly partition?: number | undefined
  readonly offset?: bigint | undefined
  readonly timestamp?: number | undefined
}

export interface RecordErrorsOptions {
  readonly settings: {
    readonly errorsTolerance: 'none' | 'all'
    readonly errorsRetryTimeoutMs: number
    readonly errorsRetryDelayMaxMs: number
    readonly errorsLogEnable: boolean
    readonly errorsLogIncludeMessages: boolean
  }
  readonly metrics: Pick<TaskMetricsSink, 'add' | 'set'>
  readonly log: Logger
  /** Ends retries. */
  readonly signal: AbortSignal
}

/** `errors.*`: which errors are retried, and which records are set aside rather than ending the task. */
export class RecordErrors {
  readonly #options: RecordErrorsOptions

  constructor(options: RecordErrorsOptions) {
    this.#options = options
  }

  /** Does the step throw an error that waiting may cure, and does the operator want to wait? */
  retries(stage: Stage, error: unknown): boolean {
    return (
      rules[stage].retries &&
      this.#options.settings.errorsRetryTimeoutMs !== 0 &&
      kindAt(stage, error) === 'retriable'
    )
  }

  /** Goes on with a step that failed once: until it works, fails for good, or the time is up (then with the last error). */
  async retry<T>(stage: Stage, step: () => T | Promise<T>): Promise<T> {
    const { settings, metrics, signal } = this.#options
    const deadline =
      settings.errorsRetryTimeoutMs < 0 ? Infinity : performance.now() + settings.errorsRetryTimeoutMs
    for (let attempt = 0; ; attempt++) {
      const pauseMs = backoffMs({ first: firstRetryMs, max: settings.errorsRetryDelayMaxMs, attempt })
      await wait(Math.min(pauseMs, Math.max(0, deadline - performance.now())), signal)
      metrics.add('total-retries', 1)
      try {
        return await step()
      } catch (error) {
        if (kindAt(stage, error) !== 'retriable' || performance.now() >= deadline) throw error
        metrics.add('total-record-failures', 1)
      }
    }
  }

  /** Throws the error on if it only says that the task is to stop: no record is at fault for that. */
  throwIfStopped(error: unknown): void {
    const { signal } = this.#options
    if (signal.aborted && error === signal.reason) throw error
  }

  /** Returns if the record is to be set aside; otherwise throws what ends the task. */
  tolerate(failure: Failure): void {
    const { settings, metrics, log } = this.#options
    metrics.add('total-record-failures', 1)
    metrics.set('last-error-timestamp', Date.now())
    const tolerated = settings.errorsTolerance === 'all' && isTolerable(failure.stage, failure.error)
    if (settings.errorsLogEnable) {
      metrics.add('total-errors-logged', 1)
      const place = settings.errorsLogIncludeMessages ? failure.record : {}
      log.error({ err: failure.error, stage: failure.stage, by: failure.by, ...place }, 'A record failed.')
    }
    if (!tolerated) {
      metrics.add('total-record-errors', 1)
      throw intolerable(failure)
    }
    metrics.add('total-records-skipped', 1)
  }
}

function intolerable({ stage, by, error, record }: Failure): Error {
  const place = [
    `topic ${record.topic}`,
    ...(record.partition === undefined ? [] : [`partition ${record.partition}`]),
    ...(record.offset === undefined ? [] : [`offset ${record.offset}`]),
  ].join(', ')
  const message = error instanceof Error ? error.message : String(error)
  const advice = isTolerable(stage, error)
    ? 'Set errors.tolerance=all to set such records aside.'
    : 'Set errors.retry.timeout for it to be waited out.'
  return new RecordError(
    `A record of ${place} failed in ${stage} (${by}): ${message.replace(/\.?$/, '.')} ${advice}`,
    { cause: error },
  )
}
