import { randomUUID } from 'node:crypto'
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { jest } from '@jest/globals'
import {
  type MotoServer,
  type MskBroker,
  pythonUnavailable,
  type Shared,
  sharedServices,
} from '@sluice/testkit/services'
import { MskScene } from './testing/msk-scene.ts'
import { produceWhile } from './testing/produce-while.ts'
import { startSts } from './testing/sts.ts'

let broker: Shared<MskBroker>
let scene: MskScene
beforeAll(async () => {
  broker = await sharedServices().mskBroker()
}, 300_000)
beforeEach(async () => {
  scene = await MskScene.open(broker)
})
afterEach(async () => {
  jest.restoreAllMocks()
  await scene.close()
})

const region = 'eu-central-1'
const byArn = () => ({ 'msk.cluster.arn': scene.aws.arn })

describe('credentials', () => {
  it('are those of the profile that a line of aws-msk-iam-auth names', async () => {
    await scene.profile('shop', await scene.knownKey())
    const line = 'software.amazon.msk.auth.iam.IAMLoginModule required awsProfileName="shop";'
    const worker = await scene.worker({
      'bootstrap.servers': broker.listeners.iam,
      'msk.region': region,
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'AWS_MSK_IAM',
      'sasl.jaas.config': line,
      'sasl.client.callback.handler.class': 'software.amazon.msk.auth.iam.IAMClientCallbackHandler',
    })
    expect(await worker.clusterId()).not.toBe('')
  })

  it('are found anew when they were rotated while records are produced', async () => {
    const before = await scene.knownKey()
    await scene.profile('shop', before)
    const settings = { ...scene.trust, ...byArn(), 'msk.profile': 'shop' }
    const produced = await produceWhile(settings, async (renewed) => {
      const after = await scene.knownKey()
      await scene.profile('shop', after)
      await broker.keys.remove(before.accessKeyId)
      await renewed()
    })
    expect(produced.errors).toEqual([])
    expect(produced.delivered).toBe(produced.sent)
  }, 60_000)

  it('of another principal make a new connection, and lose nothing', async () => {
    await scene.profile('shop', await scene.knownKey())
    const settings = { ...scene.trust, ...byArn(), 'msk.profile': 'shop' }
    const produced = await produceWhile(settings, async (renewed) => {
      const bob = await scene.knownKey({ principal: 'arn:aws:iam::123456789012:user/bob' })
      const { created } = await broker.figures('iam')
      await scene.profile('shop', bob)
      // as when five minutes are over
      jest.spyOn(Date, 'now').mockImplementation(() => new Date().getTime() + 6 * 60_000)
      // the old connection can't be renewed as somebody else
      do await renewed()
      while ((await broker.figures('iam')).created <= created)
      jest.restoreAllMocks()
    })
    expect(produced.errors).toEqual([])
    expect(produced.delivered).toBe(produced.sent)
  }, 60_000)
})

const unavailable = pythonUnavailable()
const withMoto = unavailable === undefined ? describe : describe.skip
withMoto(unavailable === undefined ? 'with moto' : `with moto (skipped: ${unavailable})`, () => {
  let moto: Shared<MotoServer>
  beforeAll(async () => {
    moto = await sharedServices().moto()
  }, 300_000)

  it('a role is assumed once, for all clients', async () => {
    scene.keys(await scene.knownKey())
    const sts = await startSts(moto.url, broker.keys)
    const role = 'arn:aws:iam::123456789012:role/kafka'
    const settings = {
      ...byArn(),
      'msk.role.arn': role,
      'msk.role.session.name': 'shop-worker',
      'msk.role.external.id': 'partner-7',
      'msk.sts.endpoint': sts.url,
    }
    try {
      const worker = await scene.worker(settings)
      await Promise.all([worker.clusterId(), worker.clusterId()])
      expect(sts.asked).toHaveLength(1)
      expect(Object.fromEntries(new URLSearchParams(sts.asked[0]))).toMatchObject({
        Action: 'AssumeRole',
        RoleArn: role,
        RoleSessionName: 'shop-worker',
        ExternalId: 'partner-7',
      })
    } finally {
      await sts.close()
    }
  }, 60_000)

  it('name and password for SCRAM come from a secret', async () => {
    scene.keys(await scene.knownKey())
    scene.env({ AWS_ENDPOINT_URL_SECRETS_MANAGER: moto.url })
    const secrets = new SecretsManagerClient({ region })
    const store = async (name: string, content: object): Promise<string> => {
      const SecretString = JSON.stringify(content)
      const { ARN = '' } = await secrets.send(
        new CreateSecretCommand({ Name: `${name}-${randomUUID()}`, SecretString }),
      )
      return ARN
    }
    const good = await store('AmazonMSK_shop', broker.scramUser)
    const worker = await scene.worker({ ...byArn(), 'msk.scram.secret.arn': good })
    expect(worker.settings.get('bootstrap.servers')).toBe(broker.listeners.scram)
    await expect(worker.clusterId()).resolves.not.toBe('')

    const wrong = await store('AmazonMSK_wrong', { username: 'scramuser', password: 'hunter2' })
    const refused = scene.worker({ ...byArn(), 'msk.scram.secret.arn': wrong })
    await expect(refused).rejects.toThrow("doesn't let the worker in")
    await expect(refused).rejects.not.toThrow('hunter2')
    const odd = await store('AmazonMSK_odd', { user: 'x' })
    await expect(scene.worker({ ...byArn(), 'msk.scram.secret.arn': odd })).rejects.toThrow(
      'is no JSON with username and password',
    )
    secrets.destroy()
  }, 60_000)
})
