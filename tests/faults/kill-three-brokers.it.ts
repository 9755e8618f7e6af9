import { ownFolder, sharedServices, startKafka } from '@sluice/testkit/services'
import { nameNodeProxy } from '../../packages/sink-hdfs/test/name-node-proxy.ts'
import { expectKillsToHaveHit, killThirtyTimes } from './kill-thirty-times.ts'
import { pipelineWorld } from './pipeline-world.ts'

describe('a worker killed thirty times, and one of three brokers killed and restarted in turn', () => {
  it('loses nothing and doubles nothing that must not be doubled', async () => {
    const kafka = await startKafka({ dir: ownFolder('kafka'), brokers: 3 })
    const proxy = await nameNodeProxy((await sharedServices().hdfs()).url)
    const world = await pipelineWorld({
      kafka,
      replicationFactor: 3,
      more: { files: { 'store.url': proxy.url } },
    })
    try {
      world.load.start()
      const reached = await killThirtyTimes(world, {
        hdfs: proxy,
        meanwhile: async (round) => {
          const broker = kafka.brokers[round % 3]!
          await broker.kill()
          await broker.start()
        },
      })
      await world.load.stop()
      world.worker.start()
      await world.worker.untilRunning(3)
      expect(await world.settledProblems()).toEqual([])
      await expectKillsToHaveHit(world, reached)
    } finally {
      await world.close()
      await proxy.close()
      await kafka.stop()
    }
  }, 2_400_000)
})
