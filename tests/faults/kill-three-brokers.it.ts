import { ownFolder, startKafka } from '@sluice/testkit/services'
import { killThirtyTimes } from './kill-thirty-times.ts'
import { pipelineWorld } from './pipeline-world.ts'

describe('a worker killed thirty times, and one of three brokers killed and restarted in turn', () => {
  it('loses nothing and doubles nothing that must not be doubled', async () => {
    const kafka = await startKafka({ dir: ownFolder('kafka'), brokers: 3 })
    const world = await pipelineWorld({ kafka, replicationFactor: 3 })
    try {
      world.load.start()
      const atPoints = await killThirtyTimes(world, async (round) => {
        const broker = kafka.brokers[round % 3]!
        await broker.kill()
        await broker.start()
      })
      await world.load.stop()
      world.worker.start()
      await world.worker.untilRunning(3)
      expect(await world.settledProblems()).toEqual([])
      expect(atPoints).toBeGreaterThanOrEqual(12)
    } finally {
      await world.close()
      await kafka.stop()
    }
  }, 1_500_000)
})
