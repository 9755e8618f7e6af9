import { appendFile, open } from 'node:fs/promises'
import { defineSink, defineSource, string, wait } from '@sluice/template'
import { builtInConverters } from '../../converters/built-in-converters.ts'
import { FileOffsetStore } from '../../offsets/file-offset-store.ts'
import { createTask } from '../create-task.ts'
import type { TaskOptions } from '../task.ts'
import { traceOf } from '../trace.ts'
import { noFigures } from '../../telemetry/figure-sink.ts'

/**
 * A program that a test kills: numbers from 0 to COUNT - 1 go to a topic, and from there as lines into a file.
 * Arguments: bootstrap servers, topic, folder, count. It runs until it is killed.
 */
const [bootstrap, topic, folder, count] = process.argv.slice(2) as [string, string, string, string]

const numbers = defineSource({
  name: 'numbers',
  version: '1',
  doc: 'Counts.',
  config: { topic: string({ doc: 'Takes the numbers.' }) },
  parseOffset: (raw) => raw as { next: number },
  open: async ({ config, offsets }) => {
    const partition = { of: 'numbers' }
    let next = (await offsets([partition]))[0]?.next ?? 0
    return {
      poll: async ({ signal }) => {
        await wait(next < Number(count) ? 2 : 60_000, signal)
        const from = next
        next = Math.min(from + 20, Number(count))
        return Array.from({ length: next - from }, (_, i) => ({
          origin: { partition, offset: { next: from + i + 1 } },
          topic: config.topic,
          key: from + i,
          value: { n: from + i },
        }))
      },
    }
  },
})

const lines = defineSink({
  name: 'lines',
  version: '1',
  doc: 'Writes lines.',
  config: { file: string({ doc: 'Takes the lines.' }) },
  open: async ({ config }) => ({
    put: async (batch) => {
      const text = [...batch].map(({ value }) => `${(value as { n: number }).n}\n`)
      await appendFile(config.file, text.join(''))
    },
    flush: async () => {
      const file = await open(config.file, 'a')
      await file.sync()
      await file.close()
    },
  }),
})

const log = { debug() {}, info() {}, warn: say, error: say, child: () => log }

function say(fields: object, message: string): void {
  process.stderr.write(`${message} ${traceOf((fields as { err?: unknown }).err)}\n`)
}

async function main(): Promise<void> {
  const offsets = await FileOffsetStore.open(`${folder}/offsets`)
  const start = (kind: 'source' | 'sink', definition: unknown, settings: Record<string, string>): void => {
    const options: TaskOptions = {
      connector: `${topic}-${kind}`,
      index: 0,
      kind,
      definition: definition as TaskOptions['definition'],
      slice: null,
      settings: new Map(Object.entries(settings)),
      worker: new Map([
        ['bootstrap.servers', bootstrap],
        ['offset.flush.interval.ms', '50'],
        ['consumer.session.timeout.ms', '6000'],
        ['consumer.heartbeat.interval.ms', '500'],
      ]),
      plugins: { find: (_kind, name) => builtInConverters.find((one) => one.name === name) },
      kafka: {},
      offsets,
      log,
      metrics: { ...noFigures, custom: () => () => {} },
      onStatus: (status) => {
        if (status.state === 'FAILED') say({}, status.trace ?? '')
      },
    }
    createTask(options)
  }
  start('source', numbers, { topic })
  start('sink', lines, { topics: topic, file: `${folder}/lines` })
}

void main()
