import { sharedServices } from './shared-services.ts'
import { clusterView } from './kafka-probe.ts'

describe('the broker of Amazon MSK', () => {
  it('has all ways in, and counts each', async () => {
    const msk = await sharedServices().mskBroker()
    const ports = Object.values(msk.listeners).map((address) => address.split(':')[1])
    expect(new Set(ports).size).toBe(5)
    const port = Number(msk.listeners.plaintext.split(':')[1])
    expect((await clusterView(port, AbortSignal.timeout(10_000))).brokers).toEqual([1])
    await expect(msk.figures('iam')).resolves.toMatchObject({ refusedRenewals: expect.any(Number) })
    expect((await msk.figures('plaintext')).created).toBeGreaterThan(0)
  }, 240_000)
})
