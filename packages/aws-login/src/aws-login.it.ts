import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { jest } from '@jest/globals'
import { memoryLogger } from '@sluice/testkit'
import { type MskBroker, type Shared, sharedServices } from '@sluice/testkit/services'
import { msk } from './msk.ts'
import { openMskAccess } from './open-msk-access.ts'
import { MskScene } from './testing/msk-scene.ts'

let broker: Shared<MskBroker>
let scene: MskScene
beforeAll(async () => {
  broker = await sharedServices().mskBroker()
}, 300_000)
beforeEach(async () => {
  scene = await MskScene.open(broker)
})
afterEach(async () => {
  jest.useRealTimers()
  await scene.close()
})

const region = 'eu-central-1'
const log = memoryLogger()
const byArn = () => ({ 'msk.cluster.arn': scene.aws.arn })

/** Shifts the clock of the process, and nothing else of its time. */
function shiftClock(ms: number): void {
  const doNotFake = [
    'hrtime',
    'nextTick',
    'performance',
    'queueMicrotask',
    'setImmediate',
    'setInterval',
    'setTimeout',
    'clearImmediate',
    'clearInterval',
    'clearTimeout',
  ] as const
  jest.useFakeTimers({ doNotFake: [...doNotFake], now: Date.now() + ms, advanceTimers: false })
}

describe('a worker with nothing but a cluster of Amazon MSK', () => {
  it('finds it by ARN and logs in by IAM', async () => {
    scene.keys(await scene.knownKey())
    const worker = await scene.worker(byArn())
    expect(await worker.clusterId()).not.toBe('')
    expect(worker.settings.get('bootstrap.servers')).toBe(broker.listeners.iam)
    expect(scene.aws.requests).toEqual([`GET /v1/clusters/${scene.aws.arn}/bootstrap-brokers`])
  })

  it('finds it by name and region', async () => {
    scene.keys(await scene.knownKey())
    const worker = await scene.worker({ 'msk.cluster.name': 'shop', 'msk.region': region })
    expect(await worker.clusterId()).not.toBe('')
    await expect(scene.worker({ 'msk.cluster.name': 'sho', 'msk.region': region })).rejects.toThrow(
      'There is no cluster named sho in eu-central-1. Others that begin so: shop-old, shop',
    )
  })

  it('looks for its brokers again when none of them answers', async () => {
    scene.keys(await scene.knownKey())
    scene.aws.later = scene.aws.bootstrap
    scene.aws.bootstrap = { BootstrapBrokerStringSaslIam: 'localhost:1' }
    const worker = await scene.worker(byArn())
    expect(worker.settings.get('bootstrap.servers')).toBe('localhost:1')
    expect(await worker.clusterId()).not.toBe('')
    expect(scene.aws.requests).toHaveLength(2)
  })

  it('is embedded with msk()', async () => {
    scene.keys(await scene.knownKey())
    const worker = await scene.worker({}, { kafka: msk({ clusterArn: scene.aws.arn }) })
    expect(await worker.clusterId()).not.toBe('')
  })

  it.each([
    ['NotFoundException', 'check the ARN, the region and the account'],
    ['ForbiddenException', 'needs kafka:GetBootstrapBrokers'],
    ['UnrecognizedClientException', "doesn't know the access key of the default chain"],
    ['InvalidSignatureException', 'check the secret access key'],
    ['ExpiredTokenException', 'have ended'],
  ])('says what to do when AWS answers %s', async (error, what) => {
    scene.keys(await scene.knownKey())
    scene.aws.error = error
    await expect(scene.worker(byArn())).rejects.toThrow(what)
  })

  it('says that there are no credentials', async () => {
    await expect(scene.worker(byArn())).rejects.toThrow('There are no AWS credentials')
  })

  it('says what the cluster offers instead', async () => {
    scene.keys(await scene.knownKey())
    await expect(scene.worker({ ...byArn(), 'msk.network': 'public' })).rejects.toThrow(
      'it has those for iam, scram, tls (msk.network=private)',
    )
  })

  it('says what is wrong with its settings, all at once', async () => {
    const settings = { 'msk.cluster.arn': 'shop', 'msk.auth': 'password', 'msk.foo': 'x' }
    await expect(scene.worker(settings)).rejects.toThrow(/msk\.auth.*msk\.foo is no setting/s)
  })

  it('names the package to install where it is not there', async () => {
    const runtime = new URL('../../runtime/src/index.ts', import.meta.url).href
    const script = `import('${runtime}').then(({ createWorker }) => createWorker({ settings: { 'msk.cluster.arn': 'x' } }).start()).catch((error) => console.log(error.message))`
    const args = ['--conditions=source', '--eval', script]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: scene.folder })
    expect(stdout).toContain(
      'msk.cluster.arn needs the package @sluice/aws-login: npm install @sluice/aws-login beside the worker',
    )
  })
})

describe('a login that is refused says why when the worker starts:', () => {
  const iam = () => ({ 'bootstrap.servers': broker.listeners.iam, 'msk.auth': 'iam', 'msk.region': region })

  it('another secret', async () => {
    const key = await scene.knownKey()
    scene.keys({ ...key, secretAccessKey: 'another' })
    await expect(scene.worker(iam())).rejects.toThrow(
      `the secret access key isn't that of access key ${key.accessKeyId} from the default chain`,
    )
  })

  it('a key that nobody knows', async () => {
    scene.keys({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' })
    await expect(scene.worker(iam())).rejects.toThrow(
      "AWS doesn't know the key, or it was switched off: check access key AKIANOBODY",
    )
  })

  it('a session token that is missing', async () => {
    const { sessionToken, ...key } = await scene.knownKey({ sessionToken: 'session/+=&' })
    scene.keys(key)
    await expect(scene.worker(iam())).rejects.toThrow('give all three parts of temporary credentials')
    scene.keys({ ...key, sessionToken: sessionToken! })
    await expect(scene.worker(iam())).resolves.toBeDefined()
  })

  it('another region', async () => {
    scene.keys(await scene.knownKey())
    await expect(scene.worker({ ...iam(), 'msk.region': 'eu-west-1' })).rejects.toThrow(
      "The token was signed for eu-west-1, which isn't the cluster's region: set msk.region",
    )
    await expect(scene.worker({ ...byArn(), 'msk.region': 'eu-west-1' })).rejects.toThrow(
      'the cluster is in eu-central-1: set msk.region=eu-central-1',
    )
  })

  it('a token that was changed on the way', async () => {
    scene.keys(await scene.knownKey())
    const access = await openMskAccess(new Map(Object.entries(iam())), { log })
    const token = async () => {
      const url = Buffer.from((await access.token()).value, 'base64url').toString()
      return {
        value: Buffer.from(url.replace('X-Amz-Expires=900', 'X-Amz-Expires=899')).toString('base64url'),
      }
    }
    const settings = new Map(access.settings)
    const kafka = { ...access, settings, token, bootstrap: broker.listeners.iam }
    await expect(scene.worker({}, { kafka })).rejects.toThrow('something on the way has changed the token')
  })

  it.each([
    ['behind', -20 * 60_000, /This machine's clock is (19 min 59|20 min [01]) s behind AWS's/],
    ['ahead', 10 * 60_000, /This machine's clock is (9 min 59|10 min [01]) s ahead of AWS's/],
  ])('a clock that is %s', async (_, ms, what) => {
    scene.keys(await scene.knownKey())
    shiftClock(ms)
    await expect(scene.worker({ ...iam(), 'msk.endpoint': scene.aws.url })).rejects.toThrow(what)
  })

  it('a token that is too old', async () => {
    scene.keys(await scene.knownKey())
    const access = await openMskAccess(new Map(Object.entries(iam())), { log })
    shiftClock(-16 * 60_000)
    const old = await access.token()
    jest.useRealTimers()
    const settings = new Map(access.settings)
    const kafka = { ...access, settings, token: async () => old, bootstrap: broker.listeners.iam }
    await expect(scene.worker({}, { kafka })).rejects.toThrow('The token was too old when it arrived')
  })

  it('credentials that have ended', async () => {
    scene.keys(await scene.knownKey())
    scene.env({ AWS_CREDENTIAL_EXPIRATION: new Date(Date.now() - 1000).toISOString() })
    await expect(scene.worker(iam())).rejects.toThrow('have ended, and there are no newer ones')
  })

  it('a broker that gives no reason, as plain Kafka does', async () => {
    scene.keys({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' })
    const settings = {
      ...iam(),
      'bootstrap.servers': broker.listeners.iamPlain,
      'security.protocol': 'SASL_PLAINTEXT',
    }
    await expect(scene.worker(settings)).rejects.toThrow(
      /names a cluster that doesn't let the worker in.*invalid_token.*kafka-cluster:Connect/,
    )
  })
})

describe('without IAM', () => {
  it('logs in by a certificate', async () => {
    scene.keys(await scene.knownKey())
    const { clientStore, password } = broker.tls
    const worker = await scene.worker({
      ...byArn(),
      'msk.auth': 'tls',
      'ssl.keystore.location': clientStore,
      'ssl.keystore.password': password,
      'ssl.keystore.type': 'PKCS12',
    })
    expect(worker.settings.get('bootstrap.servers')).toBe(broker.listeners.tls)
    await expect(worker.clusterId()).resolves.not.toBe('')
  })
})
