import { setTimeout as sleep } from 'node:timers/promises'
import { sharedServices } from '@sluice/testkit/services'
import { pipelineWorld } from './pipeline-world.ts'

describe('a worker that was frozen while another took over', () => {
  it('does no harm when it comes back', async () => {
    const world = await pipelineWorld({ kafka: await sharedServices().kafka() })
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
      await sleep(12_000)
      world.worker.thaw()
      await sleep(8_000)
      await world.load.stop()
      expect(await world.settledProblems()).toEqual([])
    } finally {
      await world.close()
    }
  }, 300_000)
})
