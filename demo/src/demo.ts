import { join } from 'node:path'
import { type Stack, serviceNames, stackDown, stackUp } from '@sluice/testkit/services'
import { Listr, type ListrTask } from 'listr2'
import { FlightsFiles } from './hdfs-files.ts'
import { FlightsIndex } from './index-documents.ts'
import type { DemoOptions } from './options.ts'
import { type Pipeline, startPipeline, TOPIC } from './pipeline.ts'
import { bar, count, seconds } from './progress.ts'
import { FlightsTable, type Tally } from './table.ts'
import { FlightsTopic } from './topic.ts'
import { watch } from './watch.ts'

/** Rows changed, and rows added, after the load. */
const CHANGES = 50
/** A delay in minutes that no flight of the data set has. */
const MARK = 99_999

export type SystemName = 'table' | 'topic' | 'index' | 'files'

/** What the demo knows so far; steps fill it in. */
export interface Demo {
  readonly options: DemoOptions
  readonly dir: string
  /** Duration of each finished stage. */
  readonly timesMs: Record<string, number>
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal
  step?: string
  stack?: Stack
  table?: FlightsTable
  topic?: FlightsTopic
  index?: FlightsIndex
  files?: FlightsFiles
  pipeline?: Pipeline
  loaded?: Record<SystemName, Tally>
  changed?: Record<SystemName, Tally>
  latencyMs?: Record<'topic' | 'index' | 'files', number>
  peakMemory?: number
}

type Show = (line: string) => void

/** The demo in the order in which it happens. */
export function steps(demo: Demo): Listr {
  const step = (title: string, run: (show: Show) => Promise<void>): ListrTask => ({
    title,
    task: async (_, task) => {
      demo.step = title
      const started = performance.now()
      await run((line) => (task.output = line))
      demo.timesMs[title] = performance.now() - started
      task.title = `${title}  ${seconds(demo.timesMs[title])}`
    },
    rendererOptions: { persistentOutput: true },
  })
  return new Listr(
    [
      step('Start Kafka, Postgres, Elasticsearch and HDFS', (show) => startServers(demo, show)),
      step(`Load ${count(demo.options.rows)} flights into Postgres`, (show) => loadTable(demo, show)),
      step('Start one worker with three connectors', () => startWorker(demo)),
      {
        title: 'Move the rows',
        task: (_, task) =>
          task.newListr(
            [
              step('Table to topic', (show) => arrive(demo, 'topic', show)),
              step('Topic to index', (show) => arrive(demo, 'index', show)),
              step('Topic to HDFS', (show) => arrive(demo, 'files', show)),
            ],
            { concurrent: true },
          ),
      },
      step('Prove it: count and sum in all four systems', () => proveLoad(demo)),
      step(`Change ${CHANGES} rows, add ${CHANGES}, and see them arrive`, (show) => changeRows(demo, show)),
      step('Prove it again', () => proveChanges(demo)),
      step('Stop the worker', () => stopWorker(demo)),
    ],
    { renderer: process.stdout.isTTY ? 'default' : 'simple', rendererOptions: { collapseSubtasks: false } },
  )
}

async function startServers(demo: Demo, show: Show): Promise<void> {
  const dir = join(demo.dir, 'stack')
  await stackDown({ dir, remove: true })
  const ready: string[] = []
  demo.stack = await stackUp({
    dir,
    services: serviceNames,
    signal: demo.signal,
    onProgress: (progress) => {
      if (progress.state !== 'ready') return
      ready.push(`${progress.service} ${seconds(progress.elapsedMs)}`)
      show(`ready: ${ready.join(', ')}`)
    },
  })
}

async function loadTable(demo: Demo, show: Show): Promise<void> {
  const started = performance.now()
  demo.table = new FlightsTable(demo.stack!.postgres.url)
  await demo.table.create()
  await demo.table.load(demo.options.rows, (loaded) => {
    show(bar(loaded, demo.options.rows, performance.now() - started))
  })
}

async function startWorker(demo: Demo): Promise<void> {
  const { kafka, elasticsearch, hdfs } = demo.stack!
  demo.topic = new FlightsTopic(kafka.bootstrapServers, TOPIC)
  demo.index = new FlightsIndex(elasticsearch.url, TOPIC)
  demo.files = new FlightsFiles(hdfs, `/topics/${TOPIC}`)
  demo.pipeline = await startPipeline(demo.stack!, join(demo.dir, 'worker'))
}

async function arrive(demo: Demo, system: 'topic' | 'index' | 'files', show: Show): Promise<void> {
  await watch({
    total: demo.options.rows,
    count: () => demo[system]!.count(),
    show,
    check: () => demo.pipeline!.check(),
  })
}

async function proveLoad(demo: Demo): Promise<void> {
  demo.loaded = await tallies(demo, demo.options.rows)
  const { table, ...others } = demo.loaded
  for (const [system, tally] of Object.entries(others)) assertEqual(system, tally, table)
}

async function changeRows(demo: Demo, show: Show): Promise<void> {
  const ids = await demo.table!.change(CHANGES, MARK)
  const committed = performance.now()
  const records = demo.options.rows + 2 * CHANGES
  const until = async (there: () => Promise<boolean>): Promise<number> => {
    while (!(await there())) {
      if (performance.now() - committed > 60_000) throw new Error('the changes did not arrive within 60 s')
      await demo.pipeline!.check()
    }
    return performance.now() - committed
  }
  const [topic, index, files] = await Promise.all([
    until(async () => (await demo.topic!.count()) >= records),
    until(() => demo.index!.marked(ids, MARK)),
    until(async () => (await demo.files!.count()) >= records),
  ])
  demo.latencyMs = { topic, index, files }
  show(`after the commit: topic ${seconds(topic)}, index ${seconds(index)}, HDFS ${seconds(files)}`)
}

/** Table and index hold each flight once, in its last version; topic and files hold every version. */
async function proveChanges(demo: Demo): Promise<void> {
  demo.changed = await tallies(demo, demo.options.rows + 2 * CHANGES)
  const { table, topic, index, files } = demo.changed
  assertEqual('index', index, table)
  assertEqual('files', files, topic)
  assertEqual('table', table, { count: demo.options.rows + CHANGES, sum: table.sum })
  assertEqual('topic', topic, { count: demo.options.rows + 2 * CHANGES, sum: topic.sum })
}

async function stopWorker(demo: Demo): Promise<void> {
  const peak = demo.pipeline!.peakMemory()
  if (peak !== undefined) demo.peakMemory = peak
  if (!demo.options.keep) await demo.pipeline!.stop()
}

async function tallies(demo: Demo, records: number): Promise<Record<SystemName, Tally>> {
  const [table, topic, index, files] = await Promise.all([
    demo.table!.tally(),
    demo.topic!.tally(records),
    demo.index!.tally(),
    demo.files!.tally(),
  ])
  return { table, topic, index, files }
}

function assertEqual(system: string, tally: Tally, expected: Tally): void {
  if (tally.count === expected.count && tally.sum === expected.sum) return
  throw new Error(
    `the ${system} holds ${count(tally.count)} with sum ${count(tally.sum)}, ` +
      `but ${count(expected.count)} with sum ${count(expected.sum)} was expected`,
  )
}
