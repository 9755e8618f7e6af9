import type { TaskContext } from '@sluice/template'
import type { Kafka, KafkaOptions, ProducerIdentity } from '../kafka/types.ts'
import { clientLog } from './client-log.ts'
import { clientSettings } from './client-settings.ts'
import type { PauseGate } from './pause-gate.ts'
import type { TaskOptions } from './task.ts'

export type MakeKafka = (options: KafkaOptions) => Kafka

/** One run of a task, from opening its connector to closing it. */
export interface Run {
  readonly options: TaskOptions
  readonly makeKafka: MakeKafka
  /** The task is to end: flush, commit, close. */
  readonly stopping: AbortSignal
  /** The time for that is up: nothing is waited for any more. */
  readonly cut: AbortSignal
  readonly gate: PauseGate
  /** What one run of a task leaves to the next, until a person restarts it: under what it wrote last, to see whether another worker has the task meanwhile. */
  readonly held: { identity: ProducerIdentity | undefined }
  /** The connector is open. */
  readonly opened: () => void
  /** What the task waits for, for its status. */
  readonly detail: (text: string | undefined) => void
}

/** One client of a run, with the settings that are its own: `make` is given them. */
export function client<T>(
  run: Run,
  how: {
    readonly role: 'producer' | 'consumer' | 'admin'
    readonly id: string
    readonly overrides: Readonly<Record<string, string>>
    readonly defaults?: Readonly<Record<string, string>>
  },
  make: (kafka: Kafka, settings: Readonly<Record<string, string>>) => T,
): T {
  const { connector, index, worker, log, metrics } = run.options
  const defaults = { 'client.id': `connector-${how.id}-${connector}-${index}`, ...how.defaults }
  const settings = clientSettings({ role: how.role, worker, overrides: how.overrides, defaults })
  const kafka = run.makeKafka({
    settings: settings.connection,
    log: clientLog(log),
    figures: metrics,
    ...run.options.kafka,
  })
  for (const warning of kafka.warnings) log.warn({ client: how.role }, warning)
  return make(kafka, settings.client)
}

/** What every connector's task is given. */
export function taskContext(run: Run): Omit<TaskContext<never>, 'config'> {
  const { connector, index, log, metrics } = run.options
  return {
    task: { connector, index },
    signal: run.stopping,
    log,
    metrics: {
      counter: (name, doc) => {
        const add = metrics.custom('counter', name, doc)
        return { add: (n = 1) => add(n) }
      },
      gauge: (name, doc) => ({ set: metrics.custom('gauge', name, doc) }),
    },
  }
}
