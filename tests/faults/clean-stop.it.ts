import { setTimeout as sleep } from 'node:timers/promises'
import { sharedServices } from '@sluice/testkit/services'
import { pipelineWorld } from './pipeline-world.ts'
import { readIndex, readPositions } from './readings.ts'

const rows = 500

describe('a worker that stops in order', () => {
  it('finishes open files and commits all that its sinks have taken', async () => {
    const elasticsearch = await sharedServices().elasticsearch()
    const world = await pipelineWorld({
      kafka: await sharedServices().kafka(),
      elasticsearch,
      rows,
      // nothing but the stop finishes a file
      more: { files: { 'flush.size': '100000', 'rotate.schedule.interval.ms': '3600000' } },
    })
    const { bootstrapServers, topic, connectors, worker } = world
    try {
      worker.start()
      await worker.untilRunning(3)
      await untilAll(() => recordsRead(worker.restUrl, connectors.files))
      await untilAll(async () => (await readIndex(elasticsearch.url, topic)).length)
      expect(await worker.stop()).toBe(0)
      for (const name of [connectors.index, connectors.files]) {
        const { committed, ends } = await readPositions(bootstrapServers, {
          groupId: `connect-${name}`,
          topic,
        })
        expect(committed).toEqual(ends)
      }
      expect(await world.settledProblems()).toEqual([])
    } finally {
      await world.close()
    }
  }, 400_000)
})

async function untilAll(count: () => Promise<number>): Promise<void> {
  const deadline = Date.now() + 120_000
  while ((await count()) < rows && Date.now() < deadline) await sleep(200)
}

async function recordsRead(restUrl: string, connector: string): Promise<number> {
  const text = await (await fetch(`${restUrl}/metrics`)).text()
  const line = new RegExp(
    `^kafka_connect_sink_task_sink_record_read_total\\{connector="${connector}",task="0"\\} (\\d+)$`,
    'm',
  )
  return Number(line.exec(text)?.[1] ?? 0)
}
