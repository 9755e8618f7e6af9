import { sharedServices } from '@sluice/testkit/services'
import { FrameProxy } from '../kafka/testing/frame-proxy.ts'
import { eventually } from '../kafka/testing/consumer-scene.ts'
import { counting, EmbeddedCluster, isHealthy, places } from './testing/embedded-cluster.ts'

let bootstrap: string
let cluster: EmbeddedCluster
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
}, 180_000)
beforeEach(() => {
  cluster = new EmbeddedCluster(bootstrap)
})
afterEach(() => cluster.close(), 60_000)

describe('a worker of a cluster', () => {
  it('leaves for worker.unsync.backoff.ms where it can not read on, and comes back then', async () => {
    const proxy = await FrameProxy.start(bootstrap)
    const [fetch, listOffsets] = [1, 2]
    try {
      const first = await cluster.add()
      await eventually(() => isHealthy(first.worker), 60_000)
      const backoff = { 'worker.sync.timeout.ms': '500', 'worker.unsync.backoff.ms': '1500' }
      const second = await cluster.add(backoff, proxy.bootstrapServers)
      await eventually(() => isHealthy(second.worker), 60_000)
      proxy.fateOf = ({ key }) => ([fetch, listOffsets].includes(key) ? 'lost' : 'pass')
      await first.worker.connectors.put('a', 'counting', counting(cluster.name, 2))
      await eventually(() =>
        second.lines.some(({ fields }) => 'backoffMs' in fields && fields.backoffMs === 1500),
      )
      expect(new Set(await places(first.worker, 'a', 2))).toEqual(new Set([first.worker.workerId]))
      proxy.fateOf = () => 'pass'
      // the default would keep it away for five minutes
      await eventually(async () => new Set(await places(first.worker, 'a', 2)).size === 2)
    } finally {
      proxy.fateOf = () => 'pass'
      await cluster.close()
      await proxy.stop()
    }
  }, 120_000)

  it.each(['1000', '60000'])(
    'waits for one that went for scheduled.rebalance.max.delay.ms, and no longer: %s',
    async (delay) => {
      const settings = { 'scheduled.rebalance.max.delay.ms': delay }
      const first = await cluster.add(settings)
      await eventually(() => isHealthy(first.worker), 60_000)
      const second = await cluster.add(settings)
      await first.worker.connectors.put('a', 'counting', counting(cluster.name, 2))
      await eventually(async () => new Set(await places(first.worker, 'a', 2)).size === 2, 60_000)
      const before = await places(first.worker, 'a', 2)
      const listeners = second.worker.addresses[0]!
      await second.worker.stop()
      await eventually(() => keptBackMs(first.lines) > 0, 60_000)
      expect(keptBackMs(first.lines)).toBeLessThanOrEqual(Number(delay) + 1)
      if (delay === '1000') {
        expect(new Set(await places(first.worker, 'a', 2))).toEqual(new Set([first.worker.workerId]))
        return
      }
      expect(keptBackMs(first.lines)).toBeGreaterThan(5000)
      await cluster.add({ ...settings, listeners })
      expect(await places(first.worker, 'a', 2)).toEqual(before)
    },
    120_000,
  )
})

/** For how long the leader has said to keep something back, of late; 0: for none. */
function keptBackMs(lines: ReadonlyArray<{ readonly fields: object }>): number {
  const kept = lines.flatMap(({ fields }) => ('keptBackMs' in fields ? [Number(fields.keptBackMs)] : []))
  return kept.at(-1) ?? 0
}
