import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Stack } from '@sluice/testkit/services'

export const TOPIC = 'demo.flights'

/** One `sluice standalone` with three connectors, started as a user would, from files. */
export interface Pipeline {
  readonly restUrl: string
  readonly pid: number | undefined
  readonly logFile: string
  /** The runtime's peak resident memory so far, in bytes; undefined where the system doesn't say. */
  peakMemory(): number | undefined
  /** Throws with the reason if a task has failed or the worker is gone. */
  check(): Promise<void>
  stop(): Promise<void>
  /** Lets the demo end while the worker goes on. */
  leave(): void
}

export async function startPipeline(stack: Stack, dir: string): Promise<Pipeline> {
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  const port = await freePort()
  const files = await writeConfiguration({ stack, dir, port })
  const logFile = join(dir, 'worker.log')
  const worker = spawnWorker(files, logFile)
  const restUrl = `http://127.0.0.1:${port}`
  return {
    restUrl,
    pid: worker.pid,
    logFile,
    peakMemory: () => peakMemory(worker.pid),
    check: () => checkTasks(worker, restUrl),
    stop: async () => {
      if (worker.exitCode !== null || worker.signalCode !== null) return
      const exited = once(worker, 'exit')
      worker.kill('SIGTERM')
      await exited
    },
    leave: () => worker.unref(),
  }
}

async function writeConfiguration(where: { stack: Stack; dir: string; port: number }): Promise<string[]> {
  const { stack, dir, port } = where
  const connectors: Record<string, Record<string, string>> = {
    'flights-source': {
      'connector.class': 'postgres',
      'connection.url': stack.postgres.url,
      mode: 'timestamp+incrementing',
      'table.include.list': '.*\\.flights',
      'incrementing.column.name': 'id',
      'timestamp.column.name': 'updated_at',
      'poll.interval.ms': '200',
      'topic.prefix': 'demo.',
      'topic.creation.default.partitions': '3',
      'topic.creation.default.replication.factor': '1',
    },
    'flights-index': {
      'connector.class': 'elasticsearch',
      topics: TOPIC,
      'connection.url': stack.elasticsearch.url,
      'schema.ignore': 'true',
    },
    'flights-files': {
      'connector.class': 'hdfs',
      topics: TOPIC,
      'store.url': stack.hdfs.url,
      'webhdfs.user': stack.hdfs.user,
      'flush.size': '50000',
      'rotate.schedule.interval.ms': '5000',
    },
  }
  const worker = [
    `bootstrap.servers=${stack.kafka.bootstrapServers}`,
    'key.converter=org.apache.kafka.connect.json.JsonConverter',
    'key.converter.schemas.enable=false',
    'value.converter=org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable=false',
    `offset.storage.file.filename=${join(dir, 'offsets.dat')}`,
    'offset.flush.interval.ms=5000',
    `listeners=http://127.0.0.1:${port}`,
  ]
  const workerFile = join(dir, 'worker.properties')
  await writeFile(workerFile, `${worker.join('\n')}\n`)
  const connectorFiles = Object.entries(connectors).map(async ([name, config]) => {
    const file = join(dir, `${name}.json`)
    await writeFile(file, `${JSON.stringify({ name, config }, null, 2)}\n`)
    return file
  })
  return [workerFile, ...(await Promise.all(connectorFiles))]
}

function spawnWorker(files: readonly string[], logFile: string): ChildProcess {
  const cli = fileURLToPath(import.meta.resolve('sluice/package.json')).replace('package.json', 'dist/bin.js')
  const log = openSync(logFile, 'a')
  const worker = spawn(process.execPath, [cli, 'standalone', ...files], {
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  return worker
}

async function checkTasks(worker: ChildProcess, restUrl: string): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) {
    throw new Error(`the worker has ended with ${worker.exitCode ?? worker.signalCode}`)
  }
  const answer = await fetch(`${restUrl}/connectors?expand=status`).catch(() => undefined)
  if (!answer?.ok) return
  const connectors = (await answer.json()) as Record<string, { status: ConnectorStatus }>
  for (const { status } of Object.values(connectors)) {
    for (const part of [status.connector, ...status.tasks]) {
      if (part.state === 'FAILED') throw new Error(`${status.name} has failed: ${part.trace ?? 'no trace'}`)
    }
  }
}

interface ConnectorStatus {
  readonly name: string
  readonly connector: { readonly state: string; readonly trace?: string }
  readonly tasks: readonly { readonly state: string; readonly trace?: string }[]
}

function peakMemory(pid: number | undefined): number | undefined {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return peak ? Number(peak[1]) * 1024 : undefined
  } catch {
    return undefined
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 8083
}
