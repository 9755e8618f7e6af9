import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ownFolder, sharedServices } from '@sluice/testkit/services'
import type { ConnectorStatus } from '../../../packages/runtime/src/worker/views.ts'
import { freePort } from '../pipeline-world.ts'
import { readTopic } from '../readings.ts'
import { WorkerProcess } from '../worker-process.ts'
import { call } from './rest-probe.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const plugins = [
  'tests/faults/bad-connectors/bad-source.ts',
  'tests/faults/bad-connectors/bad-sink.ts',
  'tests/faults/bad-connectors/noting-sink.ts',
  'packages/runtime/src/distributed/testing/counting-source.ts',
]
const oneCopy = {
  'topic.creation.default.partitions': '2',
  'topic.creation.default.replication.factor': '1',
}

export interface Note {
  readonly record: string
  readonly at: number
  readonly key: string
}

export type Mode = 'standalone' | 'distributed'

/**
 * Workers as a user has them, at the default settings but that all tasks of a worker share one thread, which is the worst case: with a source that counts and a
 * sink that notes what came. In a cluster of two each has a task of both.
 */
export class BadWorld {
  readonly topic: string
  readonly workers: readonly WorkerProcess[]
  readonly #bootstrap: string
  readonly #notes: string

  private constructor(how: {
    topic: string
    workers: readonly WorkerProcess[]
    bootstrap: string
    notes: string
  }) {
    this.topic = how.topic
    this.workers = how.workers
    this.#bootstrap = how.bootstrap
    this.#notes = how.notes
  }

  static async start(mode: Mode): Promise<BadWorld> {
    const bootstrap = (await sharedServices().kafka()).bootstrapServers
    const topic = `numbers-${randomUUID().slice(0, 8)}`
    const dir = ownFolder(`bad-${mode}`)
    const worker = {
      'bootstrap.servers': bootstrap,
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
      'plugin.path': plugins.map((plugin) => join(root, plugin)).join(),
      'task.threads': '1',
      // a split that hangs is given up after 60 s
      'connector.split.timeout.ms': '20000',
      ...(mode === 'standalone'
        ? { 'offset.storage.file.filename': join(`${dir}-0`, 'offsets.dat') }
        : clusterOf(topic)),
    }
    const count = mode === 'standalone' ? 1 : 2
    const workers = await Promise.all(
      Array.from({ length: count }, async (_, index) =>
        WorkerProcess.prepare({ dir: `${dir}-${index}`, worker, connectors: {}, mode }, await freePort()),
      ),
    )
    const notes = join(`${dir}-0`, 'notes.txt')
    const world = new BadWorld({ topic, workers, bootstrap, notes })
    for (const one of workers) one.start()
    try {
      await world.#fill(notes, String(count))
    } catch (error) {
      await world.stop()
      throw error
    }
    return world
  }

  async #fill(notes: string, tasks: string): Promise<void> {
    await until('all workers answer', () => this.#allAnswer())
    const put = async (name: string, config: object, more: object = {}): Promise<void> => {
      const body = { name, config: { 'tasks.max': tasks, ...config }, ...more }
      await until(`${name} is there`, async () => {
        // a cluster that shares out anew asks for a moment
        await call('POST', `${this.url}/connectors`, body)
        return (await call('GET', `${this.url}/connectors/${name}`)).status === 200
      })
    }
    await put('numbers', { 'connector.class': 'counting', topic: this.topic, ...oneCopy })
    await put('notes', { 'connector.class': 'noting-sink', topics: this.topic, file: notes })
    await put('other', this.otherConfig, { initial_state: 'STOPPED' })
    await until('all tasks run', async () => (await this.running('numbers')) && (await this.running('notes')))
    await until('records come', () => this.notes().length > 0)
  }

  /** Of a connector that is stopped, and whose settings are put again and again. */
  get otherConfig(): object {
    return { 'connector.class': 'counting', topic: `${this.topic}-other`, ...oneCopy }
  }

  get url(): string {
    return this.workers[0]!.restUrl
  }

  async #allAnswer(): Promise<boolean> {
    const states = await Promise.all(this.workers.map((worker) => worker.states()))
    return states.every((one) => one !== undefined)
  }

  async status(name: string): Promise<ConnectorStatus | undefined> {
    const { status, body } = await call('GET', `${this.url}/connectors/${name}/status`)
    return status === 200 ? (body as ConnectorStatus) : undefined
  }

  async running(name: string): Promise<boolean> {
    const status = await this.status(name)
    return (
      status !== undefined &&
      status.tasks.length === this.workers.length &&
      status.tasks.every(({ state }) => state === 'RUNNING')
    )
  }

  /** The worker that runs the only task of a connector, or the connector itself where it has none. */
  async hostOf(name: string): Promise<WorkerProcess> {
    const status = await this.status(name)
    const id = status?.tasks[0]?.worker_id ?? status?.connector.worker_id
    return this.workers.find(({ restUrl }) => restUrl.endsWith(String(id))) ?? this.workers[0]!
  }

  /** What came to the sink, in the order in which it came. */
  notes(): readonly Note[] {
    let text = ''
    try {
      text = readFileSync(this.#notes, 'utf8')
    } catch {
      return []
    }
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const [record, at, key] = line.split(' ') as [string, string, string]
        return { record, at: Number(at), key }
      })
  }

  /** Stops the source, lets the sink take all there is, and compares: what was counted, what is in the topic, what was noted. */
  async verdict(): Promise<{
    readonly records: number
    readonly holes: readonly string[]
    readonly unnoted: number
  }> {
    await call('PUT', `${this.url}/connectors/numbers/stop`)
    await until('the source has stopped', async () => (await this.status('numbers'))?.tasks.length === 0)
    const records = await readTopic(this.#bootstrap, this.topic)
    const unnoted = (): number => {
      const noted = new Set(this.notes().map(({ record }) => record))
      return records.filter(({ partition, offset }) => !noted.has(`${partition}:${offset}`)).length
    }
    await until('all has come', () => unnoted() === 0).catch(() => {})
    const holes = [...Map.groupBy(records, ({ key }) => key)].flatMap(([key, some]) => {
      const numbers = new Set(some.map(({ value }) => (JSON.parse(value!) as { n: number }).n))
      const last = Math.max(...numbers)
      return Array.from({ length: last }, (_, index) => index + 1)
        .filter((n) => !numbers.has(n))
        .map((n) => `${key}: ${n}`)
    })
    return { records: records.length, holes, unnoted: unnoted() }
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.kill()))
  }
}

function clusterOf(name: string): Readonly<Record<string, string>> {
  const topics = ['config', 'offset', 'status'].flatMap((what) => [
    [`${what}.storage.topic`, `${name}-${what}`],
    [`${what}.storage.replication.factor`, '1'],
  ])
  return {
    'group.id': name,
    'offset.storage.partitions': '1',
    'status.storage.partitions': '1',
    ...(Object.fromEntries(topics) as Record<string, string>),
  }
}

/** Waits for it; an error counts as not yet. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  ms = 120_000,
): Promise<void> {
  const deadline = Date.now() + ms
  for (;;) {
    const holds = await Promise.resolve()
      .then(condition)
      .catch(() => false)
    if (holds) return
    if (Date.now() > deadline) throw new Error(`It did not happen within ${ms} ms: ${what}.`)
    await sleep(200)
  }
}
