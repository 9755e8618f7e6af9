import { mskEmulatorUnavailable } from './msk-emulator.ts'
import { type MskProxy, startMskProxy } from './msk-proxy.ts'
import { sharedServices } from './shared-services.ts'

const unavailable = mskEmulatorUnavailable()
const emulated = unavailable === undefined ? describe : describe.skip
const headers = {
  'content-type': 'application/json',
  authorization:
    'AWS4-HMAC-SHA256 Credential=any/20260101/eu-central-1/kafka/aws4_request, SignedHeaders=host, Signature=0',
}

emulated(`an emulator of MSK${unavailable === undefined ? '' : ` (skipped: ${unavailable})`}`, () => {
  let proxy: MskProxy
  let cluster = ''
  const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(proxy.url + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, ...((await answer.json()) as object) }
  }
  const described = async (): Promise<{ state: string; currentVersion: string }> =>
    (await call('GET', `/api/v2/clusters/${cluster}`))['clusterInfo'] as never

  beforeAll(async () => {
    proxy = await startMskProxy({ target: (await sharedServices().msk()).url })
    const made = await call('POST', '/api/v2/clusters', {
      clusterName: 'emulated',
      provisioned: {
        brokerNodeGroupInfo: { clientSubnets: ['subnet-1', 'subnet-2'], instanceType: 'kafka.m7g.large' },
        kafkaVersion: '3.9.x',
        numberOfBrokerNodes: 2,
        clientAuthentication: { sasl: { iam: { enabled: true } } },
      },
    })
    cluster = encodeURIComponent(String(made['clusterArn']))
  }, 900_000)
  afterAll(() => proxy?.close())
  beforeEach(() => proxy.forget())

  const grow = async (currentVersion: string): Promise<Record<string, unknown>> =>
    call('PUT', `/v1/clusters/${cluster}/storage`, { currentVersion, volumeSizeGB: 200 })

  it('is asked through a proxy that keeps what was asked', async () => {
    expect(await described()).toMatchObject({ state: 'ACTIVE' })
    expect(proxy.requests).toEqual([
      { method: 'GET', path: `/api/v2/clusters/${decodeURIComponent(cluster)}`, query: {}, body: undefined },
    ])
  })

  it('takes a change for the version that a cluster has, and no other', async () => {
    expect(await grow('K0')).toMatchObject({ status: 400, invalidParameter: 'currentVersion' })
    const { currentVersion } = await described()
    expect(await grow(currentVersion)).toMatchObject({ status: 200 })
    expect(await grow(currentVersion)).toMatchObject({ status: 400, invalidParameter: 'currentVersion' })
  })

  it('shows a change under way, and how it fails', async () => {
    const { currentVersion } = await described()
    proxy.next({ looks: 1, fails: { code: 'E1', message: 'no room' } })
    const { clusterOperationArn } = await grow(currentVersion)
    expect(await described()).toMatchObject({ state: 'UPDATING' })
    expect(await described()).toMatchObject({
      state: 'FAILED',
      stateInfo: { code: 'E1', message: 'no room' },
    })
    const path = `/api/v2/operations/${encodeURIComponent(String(clusterOperationArn))}`
    expect((await call('GET', path))['clusterOperationInfo']).toMatchObject({
      operationState: 'UPDATE_FAILED',
      errorInfo: { errorCode: 'E1', errorString: 'no room' },
    })
  })

  it('answers with a fault as often as asked for', async () => {
    proxy.refuse(/^GET .*bootstrap-brokers$/, {
      status: 429,
      type: 'TooManyRequestsException',
      message: 'slow',
    })
    const path = `/v1/clusters/${cluster}/bootstrap-brokers`
    expect(await call('GET', path)).toEqual({ status: 429, message: 'slow' })
    expect(await call('GET', path)).toMatchObject({ status: 200 })
  })

  it('gives addresses of this machine for those of brokers', async () => {
    proxy.brokersAt({ 9098: 'localhost:1' })
    const path = `/v1/clusters/${cluster}/bootstrap-brokers`
    expect(await call('GET', path)).toMatchObject({ bootstrapBrokerStringSaslIam: 'localhost:1' })
  })
})
