import { setTimeout as sleep } from 'node:timers/promises'
import { sharedServices } from '@sluice/testkit/services'
import { pipelineWorld } from './pipeline-world.ts'

/** What the source reads waits so long before it is sent, so that a frozen worker holds versions that are old when it comes back. */
const lateByMs = '2000'

describe('a worker that was frozen while another took over', () => {
  it('does no harm when it comes back', async () => {
    const world = await pipelineWorld({
      kafka: await sharedServices().kafka(),
      rows: 300,
      more: { source: { 'producer.override.linger.ms': lateByMs } },
    })
    try {
      world.load.start()
      world.worker.start()
      await world.worker.untilRunning(3)
      await sleep(3_000)
      world.worker.freeze()
      const second = await world.secondWorker()
      second.start()
      await second.untilRunning(3)
      // long enough for the group to give the frozen one's partitions away, and for files to be made by the new owner
      await sleep(10_000)
      world.worker.thaw()
      await sleep(5_000)
      await world.load.stop()
      expect(await world.settledProblems()).toEqual([])
      // the one gives way for good instead of taking the task back; the group has room for both
      expect(await world.worker.states()).toEqual({
        [world.connectors.source]: ['FAILED'],
        [world.connectors.index]: ['RUNNING'],
        [world.connectors.files]: ['RUNNING'],
      })
      await second.untilRunning(3)
    } finally {
      await world.close()
    }
  }, 300_000)
})
