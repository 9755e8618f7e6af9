import { type Json, type Logger, RecordError, type SourceOrigin, stringifyJson, wait } from '@sluice/template'
import { backoffMs } from '../kafka/backoff.ts'
import type { TaskMetricsSink } from '../task/task.ts'
import { messageOf } from './message-of.ts'
import { isTolerable, kindAt, rules, type Stage } from './stages.ts'

const firstRetryMs = 300

/** What went wrong with one record, and where. */
export interface Failure {
  readonly stage: Stage
  readonly error: unknown
  /** Who threw it: a class name or a plug-in's name. */
  readonly by: string
  /** A transform's name among the connector's settings. */
  readonly transform?: string | undefined
  readonly record: RecordPlace
}

/** For messages, and for log lines if the operator wants them. */
export interface RecordPlace {
  readonly topic: string
  readonly partition?: number | undefined
  readonly offset?: bigint | undefined
  readonly timestamp?: number | undefined
  /** Where a source has it. */
  readonly source?: SourceOrigin<Json> | undefined
  /** What else `errors.log.include.messages` is to show; made only then. Never throws. */
  readonly contents?: (() => Readonly<Record<string, unknown>>) | undefined
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

/** Kafka Connect's group `task-error-metrics`; all of them are there from the start, as dashboards and alerts expect. */
const figures = [
  'total-record-failures',
  'total-record-errors',
  'total-records-skipped',
  'total-retries',
  'total-errors-logged',
  'deadletterqueue-produce-requests',
  'deadletterqueue-produce-failures',
  'last-error-timestamp',
] as const

/** `errors.*`: which errors are retried, and which records are set aside rather than ending the task. */
export class RecordErrors {
  readonly #options: RecordErrorsOptions

  constructor(options: RecordErrorsOptions) {
    this.#options = options
    for (const name of figures) options.metrics.add(name, 0)
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
      metrics.add('total-record-failures', 1)
      const pauseMs = backoffMs({ first: firstRetryMs, max: settings.errorsRetryDelayMaxMs, attempt })
      await wait(Math.min(pauseMs, Math.max(0, deadline - performance.now())), signal)
      metrics.add('total-retries', 1)
      try {
        return await step()
      } catch (error) {
        if (kindAt(stage, error) !== 'retriable' || performance.now() >= deadline) throw error
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
    const { settings, metrics } = this.#options
    metrics.add('total-record-failures', 1)
    metrics.add('total-record-errors', 1)
    metrics.set('last-error-timestamp', Date.now())
    if (settings.errorsLogEnable) this.#log(failure)
    if (settings.errorsTolerance === 'none' || !isTolerable(failure.stage, failure.error)) {
      throw intolerable(failure)
    }
    metrics.add('total-records-skipped', 1)
  }

  #log({ error, stage, by, transform, record }: Failure): void {
    const { settings, metrics, log } = this.#options
    const shown = settings.errorsLogIncludeMessages ? shownInLog(record) : {}
    log.error({ err: error, stage, by, ...(transform && { transform }), ...shown }, 'A record failed.')
    metrics.add('total-errors-logged', 1)
  }
}

function shownInLog({ contents, source, ...place }: RecordPlace): Readonly<Record<string, unknown>> {
  const from = source && {
    sourcePartition: stringifyJson(source.partition),
    sourceOffset: stringifyJson(source.offset),
  }
  return { ...place, ...from, ...contents?.() }
}

function intolerable({ stage, by: thrower, transform, error, record }: Failure): Error {
  const by = transform === undefined ? thrower : `${transform}, ${thrower}`
  const place = [
    `topic ${record.topic}`,
    ...(record.partition === undefined ? [] : [`partition ${record.partition}`]),
    ...(record.offset === undefined ? [] : [`offset ${record.offset}`]),
    ...(record.source === undefined ? [] : [`source offset ${stringifyJson(record.source.offset)}`]),
  ].join(', ')
  const message = messageOf(error)
  const advice = isTolerable(stage, error)
    ? 'Set errors.tolerance=all to set such records aside.'
    : 'Set errors.retry.timeout for it to be waited out.'
  return new RecordError(
    `A record of ${place} failed in ${stage} (${by}): ${message.replace(/\.?$/, '.')} ${advice}`,
    { cause: error },
  )
}
