import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts, startKafka } from '@sluice/testkit/services'
import { BenchWorker } from './neighbours/worker.ts'

/**
 * What connectors keep of their throughput beside one that spins: `pnpm bench:neighbours`. Two sources and two sinks run as fast as they can, and beside them for a
 * while a process that keeps one core busy, or a connector of which one call never yields, in turn. The while begins with the connector, so that the time in which its
 * neighbours stand still is in it.
 */
const rounds = Number(process.env['ROUNDS'] ?? 3)
const whileMs = Number(process.env['SECONDS'] ?? 45) * 1000
const warmUpMs = 10_000
const all = ['outside', 'poll', 'put', 'outside', 'open', 'split', 'check'] as const
type Load = (typeof all)[number]
const wanted = process.env['LOADS']?.split(',')
const order = wanted === undefined ? all : all.filter((load) => wanted.includes(load))

const healthy = ['source-0', 'source-1', 'sink-0', 'sink-1']
const copies = {
  'topic.creation.default.partitions': '1',
  'topic.creation.default.replication.factor': '1',
  'topic.creation.default.compression.type': 'producer',
  'topic.creation.default.retention.bytes': '200000000',
  'topic.creation.default.segment.bytes': '50000000',
}

interface Measured {
  /** By connector. */
  readonly perSecond: ReadonlyMap<string, number>
  /** The longest time without a record, of the connector that stood still longest. */
  readonly stillMs: number
}

const dir = await mkdtemp(join(tmpdir(), 'sluice-neighbours-'))
const kafka = await startKafka({ dir: join(dir, 'kafka') })
let busy: ChildProcess | undefined
try {
  const [port] = await freePorts(1)
  const worker = await BenchWorker.start(dir, { bootstrap: kafka.bootstrapServers, port: port! })
  for (const number of ['0', '1']) {
    await worker.put(`source-${number}`, {
      'connector.class': 'load-source',
      topic: `load-${number}`,
      'producer.override.compression.type': 'lz4',
      ...copies,
    })
    await worker.put(`sink-${number}`, { 'connector.class': 'load-sink', topics: `load-${number}` })
  }
  await flowing(worker)
  await sleep(warmUpMs)
  const measured = new Map<Load, Measured[]>()
  for (let round = 0; round < rounds; round++) {
    for (const load of order) {
      await begin(worker, load)
      const one = await measure(worker, load === 'check' ? () => begin(worker, load) : undefined)
      await end(worker, load)
      measured.set(load, [...(measured.get(load) ?? []), one])
      console.log(load, Math.round(totalOf(one)), `${one.stillMs} ms`, Object.fromEntries(one.perSecond))
      await flowing(worker)
    }
  }
  print(measured)
  await worker.stop()
} finally {
  busy?.kill('SIGKILL')
  await kafka.stop()
  await rm(dir, { recursive: true, force: true })
}

async function begin(worker: BenchWorker, load: Load): Promise<void> {
  if (load === 'outside') {
    busy = spawn(process.execPath, ['-e', 'while(1);'], { stdio: 'ignore' })
    return
  }
  const plugin: Readonly<Record<string, string>> =
    load === 'put'
      ? { 'connector.class': 'bad-sink', topics: 'load-0' }
      : { 'connector.class': 'bad-source', topic: 'bad', ...copies }
  await worker.put('bad', { ...plugin, place: load, way: 'spin', 'tasks.max': '1' })
}

async function end(worker: BenchWorker, load: Load): Promise<void> {
  if (load !== 'outside') return worker.delete('bad')
  const ended = once(busy!, 'exit')
  busy!.kill('SIGKILL')
  await ended
}

/** Counts for a while; `again` is done every five seconds of it. */
async function measure(worker: BenchWorker, again?: () => Promise<void>): Promise<Measured> {
  const fromMs = performance.now()
  const first = await worker.counts()
  let last = first
  let stillMs = 0
  const grewAt = new Map(healthy.map((name) => [name, fromMs]))
  let nextMs = fromMs + 5000
  while (performance.now() < fromMs + whileMs) {
    await sleep(250)
    const now = await worker.counts()
    const atMs = performance.now()
    for (const name of healthy) {
      if (now.get(name) !== last.get(name)) grewAt.set(name, atMs)
      stillMs = Math.max(stillMs, atMs - grewAt.get(name)!)
    }
    last = now
    if (again && atMs > nextMs) {
      nextMs = atMs + 5000
      await again()
    }
  }
  const seconds = (performance.now() - fromMs) / 1000
  const rates = healthy.map(
    (name) => [name, Math.round((last.get(name)! - first.get(name)!) / seconds)] as const,
  )
  return { perSecond: new Map(rates), stillMs: Math.round(stillMs) }
}

/** Waits until all of them move. */
async function flowing(worker: BenchWorker): Promise<void> {
  const first = await worker.counts()
  await worker.until(async () => {
    const now = await worker.counts()
    return healthy.every((name) => (now.get(name) ?? 0) > (first.get(name) ?? 0))
  })
  await sleep(3000)
}

function totalOf({ perSecond }: Measured): number {
  return [...perSecond.values()].reduce((sum, rate) => sum + rate, 0)
}

function print(measured: ReadonlyMap<Load, readonly Measured[]>): void {
  const outside = measured.get('outside')!
  const of = (some: readonly Measured[], name: string): number =>
    median(some.map(({ perSecond }) => perSecond.get(name)!))
  console.log('| beside | records a second, all | ratio | least ratio of one connector | still, at most |')
  console.log('| --- | ---: | ---: | ---: | ---: |')
  for (const [load, some] of measured) {
    const rate = median(some.map(totalOf))
    const ratios = healthy.map((name) => of(some, name) / of(outside, name))
    const still = Math.max(...some.map(({ stillMs }) => stillMs)) / 1000
    const what = load === 'outside' ? 'a process that keeps a core busy' : `a connector whose ${load} spins`
    console.log(
      `| ${what} | ${Math.round(rate)} | ${(rate / median(outside.map(totalOf))).toFixed(2)} | ${Math.min(...ratios).toFixed(2)} | ${still.toFixed(1)} s |`,
    )
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
