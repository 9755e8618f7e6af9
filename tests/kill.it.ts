import { sharedServices } from '@sluice/testkit/services'
import { killThirtyTimes } from './faults/kill-thirty-times.ts'
import { pipelineWorld } from './faults/pipeline-world.ts'

describe('a worker killed thirty times while rows are written, changed and deleted', () => {
  it('loses nothing and doubles nothing that must not be doubled', async () => {
    const world = await pipelineWorld({ kafka: await sharedServices().kafka() })
    try {
      world.load.start()
      const atPoints = await killThirtyTimes(world)
      await world.load.stop()
      world.worker.start()
      await world.worker.untilRunning(3)
      expect(await world.settledProblems()).toEqual([])
      expect(atPoints).toBeGreaterThanOrEqual(12)
      expect(await world.worker.stop()).toBe(0)
    } finally {
      await world.close()
    }
  }, 900_000)
})
