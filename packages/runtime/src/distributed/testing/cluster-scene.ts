import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createKafka } from '../../kafka/create-kafka.ts'
import type { ConnectorStatus } from '../../worker/views.ts'

export interface Answer {
  readonly status: number
  readonly body: unknown
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** One worker of a cluster in a process of its own, as an operator sees it: REST, signals and the log. */
export class ClusterWorker {
  readonly log: string[] = []
  readonly #file: string
  #process: ChildProcess | undefined
  #port = 0

  constructor(file: string) {
    this.#file = file
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  get id(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** Starts it, under the same address as before; `failpoints` such as `before-task-commit:2` kill it there. */
  async start(settings: Readonly<Record<string, string>>, failpoints = ''): Promise<this> {
    const all = { ...settings, listeners: `http://127.0.0.1:${this.#port}` }
    const lines = Object.entries(all).map(([key, value]) => `${key}=${value}\n`)
    await writeFile(this.#file, lines.join(''))
    this.log.length = 0
    const program = fileURLToPath(new URL('./worker-program.ts', import.meta.url))
    const child = spawn(process.execPath, ['--conditions=source', program, this.#file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, SLUICE_FAILPOINTS: failpoints },
    })
    this.#process = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.log.push(text))
    }
    await until(
      () => {
        const port = /"address":"http:\/\/127.0.0.1:(\d+)"/.exec(this.log.join(''))?.[1]
        this.#port = Number(port ?? this.#port)
        return port !== undefined
      },
      { told: () => this.log.join('') },
    )
    return this
  }

  async call(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`http://${this.id}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  async status(connector: string): Promise<ConnectorStatus> {
    return (await this.call('GET', `/connectors/${connector}/status`)).body as ConnectorStatus
  }

  /** Whether the log says so since the last start. */
  said(text: string): boolean {
    return this.log.join('').includes(text)
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal)
  }

  /** Whether it was killed, by whomever. */
  get wasKilled(): boolean {
    return this.#process?.signalCode === 'SIGKILL'
  }

  /** Resolves with the exit code. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null
    const exited = once(child, 'exit')
    child.kill(signal)
    const [code] = (await exited) as [number | null]
    return code
  }
}

/** A cluster of workers, each in a process of its own, on a real Kafka. */
export class ClusterScene {
  readonly name: string
  readonly settings: Readonly<Record<string, string>>
  readonly workers: ClusterWorker[] = []
  readonly #folder: string
  readonly #bootstrap: string

  private constructor(folder: string, bootstrap: string, more: Readonly<Record<string, string>>) {
    this.name = `cluster-${randomUUID().slice(0, 8)}`
    this.#folder = folder
    this.#bootstrap = bootstrap
    this.settings = {
      'bootstrap.servers': bootstrap,
      'group.id': this.name,
      'config.storage.topic': `${this.name}-configs`,
      'config.storage.replication.factor': '1',
      'offset.storage.topic': `${this.name}-offsets`,
      'offset.storage.partitions': '1',
      'offset.storage.replication.factor': '1',
      'status.storage.topic': `${this.name}-status`,
      'status.storage.partitions': '1',
      'status.storage.replication.factor': '1',
      'offset.flush.interval.ms': '500',
      'heartbeat.interval.ms': '500',
      'session.timeout.ms': '6000',
      'scheduled.rebalance.max.delay.ms': '60000',
      ...more,
    }
  }

  static async open(bootstrap: string, more: Readonly<Record<string, string>> = {}): Promise<ClusterScene> {
    return new ClusterScene(await mkdtemp(join(tmpdir(), 'sluice-cluster-')), bootstrap, more)
  }

  /** Starts one more. */
  async add(how: { readonly failpoints?: string } = {}): Promise<ClusterWorker> {
    const worker = new ClusterWorker(join(this.#folder, `worker-${this.workers.length}.properties`))
    this.workers.push(worker)
    return worker.start(this.settings, how.failpoints)
  }

  /** Starts one that was ended again. */
  async again(worker: ClusterWorker, more: Readonly<Record<string, string>> = {}): Promise<void> {
    await worker.start({ ...this.settings, ...more })
  }

  /** Creates a connector that counts into a topic of its name. */
  async connector(name: string, tasks: number, more: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const config = {
      'connector.class': 'counting',
      topic: name,
      'tasks.max': String(tasks),
      'topic.creation.default.partitions': '1',
      'topic.creation.default.replication.factor': '1',
      'value.converter.schemas.enable': 'false',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      ...more,
    }
    return this.workers[0]!.call('PUT', `/connectors/${name}/config`, config)
  }

  /** Where the tasks of a connector run, as `worker` sees it; tasks that don't run have no place. */
  async places(connector: string, worker = this.workers[0]!): Promise<readonly (string | undefined)[]> {
    const { tasks } = await worker.status(connector)
    return tasks.map(({ state, worker_id: id }) => (state === 'RUNNING' ? id : undefined))
  }

  /** The numbers that each task has written, in order, by its key; with `isolation` only those that are committed. */
  async numbers(
    topic: string,
    isolation: 'read_uncommitted' | 'read_committed' = 'read_uncommitted',
  ): Promise<ReadonlyMap<string, readonly { n: number; pid: number }[]>> {
    const kafka = createKafka({ settings: { 'bootstrap.servers': this.#bootstrap }, log: quiet })
    const reader = kafka.reader({ 'isolation.level': isolation })
    const numbers = new Map<string, { n: number; pid: number }[]>()
    try {
      await reader.readToEnd(topic, ({ key, value }) => {
        const name = String(Buffer.from(key!))
        const known = numbers.get(name) ?? []
        numbers.set(name, known)
        known.push(JSON.parse(String(Buffer.from(value!))) as { n: number; pid: number })
      })
    } finally {
      await reader.close()
    }
    return numbers
  }

  until(condition: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
    const told = (): string =>
      this.workers.map(({ log }, index) => `--- ${index}\n${log.join('')}`).join('\n')
    return until(condition, { withinMs, told })
  }

  async close(): Promise<void> {
    await Promise.all(
      this.workers.map((worker) => {
        worker.signal('SIGCONT')
        return worker.end('SIGKILL')
      }),
    )
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Polls until the condition holds; an error counts as not yet. Rejects with the log after `withinMs`. */
async function until(
  condition: () => boolean | Promise<boolean>,
  { withinMs = 60_000, told }: { readonly withinMs?: number; readonly told: () => string },
): Promise<void> {
  const end = performance.now() + withinMs
  for (;;) {
    const holds = await Promise.resolve()
      .then(condition)
      .catch(() => false)
    if (holds) return
    if (performance.now() > end) throw new Error(`It did not happen within ${withinMs} ms.\n${told()}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
