import { randomUUID } from 'node:crypto'
import type { Logger } from '@sluice/template'
import { eventually } from '../../kafka/testing/consumer-scene.ts'
import { createWorker, type Worker } from '../../worker/worker.ts'
import { countingSource } from './counting-source.ts'

export interface EmbeddedWorker {
  readonly worker: Worker
  /** What it has logged. */
  readonly lines: ReadonlyArray<{ readonly fields: object; readonly message: string }>
}

/** Workers of one cluster in the process of the test, on a real Kafka. */
export class EmbeddedCluster {
  readonly name = `embedded-${randomUUID().slice(0, 8)}`
  readonly #bootstrap: string
  readonly #workers: Worker[] = []

  constructor(bootstrap: string) {
    this.#bootstrap = bootstrap
  }

  /** One more, which may not have its seat yet when it resolves. */
  async add(
    settings: Readonly<Record<string, string>> = {},
    kafka = this.#bootstrap,
  ): Promise<EmbeddedWorker> {
    const lines: Array<{ fields: object; message: string }> = []
    const worker = createWorker({
      kafka,
      plugins: [countingSource],
      settings: { ...this.#settings(), ...settings },
      logger: recorder(lines),
    })
    this.#workers.push(worker)
    await worker.start()
    return { worker, lines }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()))
  }

  #settings(): Readonly<Record<string, string>> {
    return {
      'group.id': this.name,
      'config.storage.topic': `${this.name}-configs`,
      'config.storage.replication.factor': '1',
      'offset.storage.topic': `${this.name}-offsets`,
      'offset.storage.partitions': '1',
      'offset.storage.replication.factor': '1',
      'status.storage.topic': `${this.name}-status`,
      'status.storage.partitions': '1',
      'status.storage.replication.factor': '1',
      'heartbeat.interval.ms': '500',
      'session.timeout.ms': '6000',
      'scheduled.rebalance.max.delay.ms': '0',
      listeners: 'http://127.0.0.1:0',
    }
  }
}

export const counting = (topic: string, tasks: number): Readonly<Record<string, string>> => ({
  topic,
  'tasks.max': String(tasks),
  'topic.creation.default.partitions': '1',
  'topic.creation.default.replication.factor': '1',
})

export const isHealthy = async ({ connectors }: Worker, timeoutMs = 2000): Promise<boolean> =>
  (await connectors.health?.({ timeoutMs }))?.status === 'healthy'

/** Where the tasks of a connector run, in order, once all of them do. */
export async function places(
  { connectors }: Worker,
  name: string,
  tasks: number,
): Promise<readonly string[]> {
  const running = (): readonly string[] =>
    connectors.status(name).tasks.flatMap((task) => (task.state === 'RUNNING' ? [task.worker_id] : []))
  await eventually(() => running().length === tasks, 60_000)
  return running()
}

function recorder(lines: Array<{ fields: object; message: string }>): Logger {
  const take = (fields: object, message: string): void => void lines.push({ fields, message })
  const logger: Logger = { debug: () => {}, info: take, warn: take, error: take, child: () => logger }
  return logger
}
