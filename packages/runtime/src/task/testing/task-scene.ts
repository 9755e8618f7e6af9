import type { Logger, SinkDefinition, SourceDefinition } from '@sluice/template'
import { builtInConverters } from '../../converters/built-in-converters.ts'
import { MemoryOffsetStore } from '../../offsets/memory-offset-store.ts'
import type { OffsetStore } from '../../offsets/offset-store.ts'
import { noFigures } from '../../telemetry/figure-sink.ts'
import { createTask } from '../create-task.ts'
import type { Task, TaskOptions, TaskStatus } from '../task.ts'
import { FakeKafka } from './fake-kafka.ts'

/** One task on a Kafka in memory, with a record of all it told. */
export class TaskScene {
  readonly kafka = new FakeKafka()
  offsets: OffsetStore = new MemoryOffsetStore()
  readonly statuses: TaskStatus[] = []
  readonly topics: string[] = []
  readonly logged: { readonly level: string; readonly message: string; readonly fields: object }[] = []
  readonly figures = new Map<string, number>()
  readonly measured: (readonly [attribute: string, value: number])[] = []
  readonly plugins: unknown[] = [...builtInConverters]
  #task: Task | undefined

  get task(): Task {
    if (!this.#task) throw new Error('Start a task first.')
    return this.#task
  }

  start(
    kind: 'source' | 'sink',
    definition: unknown,
    how: { settings?: Record<string, string>; worker?: Record<string, string>; paused?: boolean } = {},
  ): Task {
    const options: TaskOptions = {
      connector: 'c',
      index: 0,
      kind,
      definition: definition as SourceDefinition | SinkDefinition,
      slice: null,
      settings: new Map(Object.entries(how.settings ?? {})),
      worker: new Map(
        Object.entries({ 'bootstrap.servers': 'fake:1', 'offset.flush.interval.ms': '5', ...how.worker }),
      ),
      plugins: { find: (_kind, name) => this.#find(name) },
      kafka: {},
      offsets: this.offsets,
      log: this.#log(),
      metrics: {
        add: (attribute, n) => this.figures.set(attribute, (this.figures.get(attribute) ?? 0) + n),
        set: (attribute, value) => this.figures.set(attribute, value),
        time: (attribute) => this.figures.set(attribute, (this.figures.get(attribute) ?? 0) + 1),
        measure: (attribute, value) => this.measured.push([attribute, value]),
        text: () => {},
        of: () => noFigures,
        custom: () => () => {},
      },
      onStatus: (status) => this.statuses.push(status),
      onTopic: (topic) => this.topics.push(topic),
      paused: how.paused ?? false,
    }
    this.#task = createTask(options, () => this.kafka)
    return this.#task
  }

  stop(): Promise<void> {
    return this.#task?.stop({ timeoutMs: 2000 }) ?? Promise.resolve()
  }

  #find(name: string): unknown {
    const found = this.plugins.find((plugin) => {
      const { name: own, aliases = [] } = plugin as { name: string; aliases?: readonly string[] }
      return own === name || aliases.includes(name)
    })
    if (found === undefined) throw new Error(`there is no ${name}.`)
    return found
  }

  #log(): Logger {
    const level =
      (name: string) =>
      (fields: object, message: string): void =>
        void this.logged.push({ level: name, message, fields })
    const log: Logger = {
      debug: level('debug'),
      info: level('info'),
      warn: level('warn'),
      error: level('error'),
      child: () => log,
    }
    return log
  }
}

/** Waits until something holds; fails with what `what` says after two seconds. */
export async function until(holds: () => boolean, what = 'It did not come to that.'): Promise<void> {
  const deadline = performance.now() + 2000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(what)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
