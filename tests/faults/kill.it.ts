import { sharedServices } from '@sluice/testkit/services'
import { nameNodeProxy } from '../../packages/sink-hdfs/test/name-node-proxy.ts'
import { expectKillsToHaveHit, killThirtyTimes } from './kill-thirty-times.ts'
import { pipelineWorld } from './pipeline-world.ts'

describe('a worker killed thirty times while rows are written, changed and deleted', () => {
  it('loses nothing and doubles nothing that must not be doubled', async () => {
    const services = sharedServices()
    const [kafka, hdfs] = await Promise.all([services.kafka(), services.hdfs()])
    const proxy = await nameNodeProxy(hdfs.url)
    const world = await pipelineWorld({ kafka, more: { files: { 'store.url': proxy.url } } })
    try {
      world.load.start()
      const reached = await killThirtyTimes(world, { hdfs: proxy })
      await world.load.stop()
      world.worker.start()
      await world.worker.untilRunning(3)
      expect(await world.settledProblems()).toEqual([])
      await expectKillsToHaveHit(world, reached)
      expect(await world.worker.stop()).toBe(0)
    } finally {
      await world.close()
      await proxy.close()
    }
  }, 1_800_000)
})
