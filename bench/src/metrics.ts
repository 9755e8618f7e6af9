import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  freePorts,
  prometheusUnavailable,
  stackDown,
  stackUp,
  startPrometheus,
} from '@sluice/testkit/services'

/**
 * `node bench/src/metrics.ts`: a worker scrapes 500 targets of 1,000 series each every 15 seconds into a topic, and Prometheus scrapes the same ones into its own database, in turn. The targets note when they are asked.
 */
const targets = 500
const series = 1_000
const intervalMs = 15_000
const rounds = Number(process.argv[2] ?? 5)
const cli = fileURLToPath(new URL('../../packages/cli/src/bin.ts', import.meta.url))

const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
const services = { dir, services: ['kafka'] as const }
const server = fork(new URL('metrics-targets.ts', import.meta.url), [String(series)])
try {
  const [port] = (await once(server, 'message')) as [number]
  const stack = await stackUp(services)
  console.log('| what | scrapes | latest, ms | CPU, cores | memory, MB | samples |')
  console.log('| --- | ---: | ---: | ---: | ---: | --- |')
  await ofSluice(port, stack.kafka.bootstrapServers)
  if (prometheusUnavailable() === undefined) await ofPrometheus(port)
} finally {
  server.kill()
  await stackDown({ ...services, remove: true })
  await rm(dir, { recursive: true, force: true })
}

async function ofSluice(port: number, bootstrapServers: string): Promise<void> {
  const [rest] = await freePorts(1)
  await writeFile(
    join(dir, 'worker.properties'),
    [
      `bootstrap.servers=${bootstrapServers}`,
      'key.converter=org.apache.kafka.connect.storage.StringConverter',
      'value.converter=org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable=false',
      'producer.compression.type=lz4',
      `offset.storage.file.filename=${dir}/offsets`,
      `listeners=http://127.0.0.1:${rest}`,
    ].join('\n'),
  )
  await writeFile(
    join(dir, 'scrape.json'),
    JSON.stringify({
      name: 'scrape',
      config: {
        'connector.class': 'metrics',
        'metrics.input': 'scrape',
        topic: 'metrics',
        'tasks.max': '1',
        'scrape.targets': addresses(port).join(','),
        'scrape.interval.ms': String(intervalMs),
        'topic.creation.default.partitions': '4',
        'topic.creation.default.replication.factor': '1',
      },
    }),
  )
  const worker = spawn(
    process.execPath,
    ['--conditions=source', cli, 'standalone', join(dir, 'worker.properties'), join(dir, 'scrape.json')],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  try {
    const figures = await measured(port, worker.pid!)
    const text = await (await fetch(`http://127.0.0.1:${rest}/metrics`)).text()
    const of = (name: RegExp) =>
      text
        .split('\n')
        .find((line) => name.test(line))
        ?.split(' ')
        .at(-1)
    row(
      'Sluice, into a topic',
      figures,
      `${of(/^kafka_connect_source_task_source_record_write_total/)} records written, ${of(/scrapes_late_total\{/) ?? 0} late by its own count`,
    )
  } finally {
    await ended(worker)
  }
}

async function ofPrometheus(port: number): Promise<void> {
  const jobs = Array.from(
    { length: targets },
    (_, n) =>
      `- { job_name: t${n}, metrics_path: /t/${n}, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }`,
  )
  const config = `global: { scrape_interval: ${intervalMs / 1000}s }\nscrape_configs:\n${jobs.join('\n')}\n`
  const prometheus = await startPrometheus({ dir: join(dir, 'prometheus'), config })
  try {
    row('Prometheus 2.42, into its own database', await measured(port, pidOf(prometheus.url)), '')
  } finally {
    await prometheus.stop()
  }
}

interface Figures {
  readonly scrapes: number
  readonly latestMs: number
  readonly cores: number
  readonly peakMb: number
}

/** What a process does over some rounds, once it has settled. */
async function measured(port: number, pid: number): Promise<Figures> {
  await sleep(intervalMs * 2)
  await fetch(`http://127.0.0.1:${port}/reset`)
  const before = cpuSeconds(pid)
  const startedAt = performance.now()
  await sleep(intervalMs * rounds)
  const cores = (cpuSeconds(pid) - before) / ((performance.now() - startedAt) / 1000)
  const report = (await (await fetch(`http://127.0.0.1:${port}/report`)).json()) as [string, number[]][]
  const gaps = report.flatMap(([, times]) =>
    times.slice(1).map((time, index) => time - times[index]! - intervalMs),
  )
  return {
    scrapes: report.reduce((sum, [, { length }]) => sum + length, 0),
    latestMs: Math.max(...gaps),
    cores,
    peakMb: peakMb(pid),
  }
}

function row(what: string, { scrapes, latestMs, cores, peakMb: mb }: Figures, note: string): void {
  console.log(`| ${what} | ${scrapes} | ${latestMs} | ${cores.toFixed(2)} | ${Math.round(mb)} | ${note} |`)
}

function addresses(port: number): readonly string[] {
  return Array.from({ length: targets }, (_, n) => `http://127.0.0.1:${port}/t/${n}`)
}

/** Of all of its threads. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function peakMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
}

/** Who listens at a URL. */
function pidOf(url: string): number {
  const port = new URL(url).port
  const found = /pid=(\d+)/.exec(
    execFileSync('ss', ['-ltnpH', `sport = :${port}`], { encoding: 'utf8' }),
  )?.[1]
  if (found === undefined) throw new Error(`Nobody listens at ${url}.`)
  return Number(found)
}

async function ended(child: ChildProcess): Promise<void> {
  const over = once(child, 'exit')
  child.kill()
  await over
}
