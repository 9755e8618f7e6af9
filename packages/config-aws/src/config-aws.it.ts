import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { type ConfigProvider, type ConfigProviderDefinition, parseConfig } from '@sluice/template'
import { createWorker } from '@sluice/runtime'
import { type MotoServer, ownFolder, pythonUnavailable, startMoto } from '@sluice/testkit/services'
import { secretsManagerProvider, ssmProvider } from './index.ts'

const unavailable = pythonUnavailable()
const aws = unavailable === undefined ? describe : describe.skip
const title = unavailable === undefined ? 'against moto' : `against moto (skipped: ${unavailable})`
const region = 'eu-central-1'
const call = { signal: AbortSignal.timeout(120_000) }

aws(title, () => {
  let moto: MotoServer
  let secrets: SecretsManagerClient
  let parameters: SSMClient
  let arn = ''
  const opened: ConfigProvider[] = []

  beforeAll(async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'any'
    process.env['AWS_SECRET_ACCESS_KEY'] = 'any'
    moto = await startMoto({ dir: ownFolder('moto') })
    secrets = new SecretsManagerClient({ region, endpoint: moto.url })
    parameters = new SSMClient({ region, endpoint: moto.url })
    const SecretString =
      '{"username":"app","password":"first","port":5432,"big":9007199254740993,"deep":{"a":[1]}}'
    arn = (await secrets.send(new CreateSecretCommand({ Name: 'shop/db', SecretString }))).ARN!
    await secrets.send(new CreateSecretCommand({ Name: 'token', SecretString: 'plain-token' }))
    await secrets.send(new CreateSecretCommand({ Name: 'binary', SecretBinary: Buffer.from([0, 255]) }))
    for (let index = 0; index < 23; index++) {
      const Name = `/shop/many/p${index}`
      await parameters.send(new PutParameterCommand({ Name, Value: `v${index}`, Type: 'String' }))
    }
    for (const Value of ['old', 'new']) {
      const Name = '/shop/db/password'
      await parameters.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }))
    }
  }, 300_000)
  afterAll(async () => {
    for (const one of opened) await one.close?.()
    secrets?.destroy()
    parameters?.destroy()
    await moto?.stop()
  })

  async function open(
    definition: ConfigProviderDefinition,
    params: Readonly<Record<string, string>> = {},
  ): Promise<ConfigProvider> {
    const all = new Map(Object.entries({ region, endpoint: moto.url, ...params }))
    const { config } = parseConfig(definition.config, all)
    const provider = await definition.open({ config: config! })
    opened.push(provider)
    return provider
  }
  const secretsManager = (params = {}) => open(secretsManagerProvider, params)
  const ssm = (params = {}) => open(ssmProvider, params)

  describe('secrets', () => {
    it('are looked up by their keys, in one call for all', async () => {
      const { values, ttlMs } = await (await secretsManager()).get(
        'shop/db',
        ['username', 'password', 'port', 'big', 'deep', 'nothing', '__proto__'],
        call,
      )
      expect(Object.fromEntries(values)).toEqual({
        username: 'app',
        password: 'first',
        port: '5432',
        big: '9007199254740993',
        deep: '{"a":[1]}',
      })
      expect(ttlMs).toBeUndefined()
    })

    it('are looked up by their ARN, as it is and as in a URL', async () => {
      const provider = await secretsManager()
      const rest = arn.slice('arn:'.length)
      expect((await provider.get('arn', [`${rest}:password`], call)).values.get(`${rest}:password`)).toBe(
        'first',
      )
      expect((await provider.get(encodeURIComponent(arn), ['username'], call)).values.get('username')).toBe(
        'app',
      )
    })

    it('are given whole without a key, bytes in Base64', async () => {
      const { values } = await (await secretsManager()).get('', ['token', 'binary', 'none'], call)
      expect(Object.fromEntries(values)).toEqual({ token: 'plain-token', binary: 'AP8=' })
    })

    it('have versions and stages', async () => {
      const provider = await secretsManager()
      const Name = `rotated-${Date.now()}`
      const { VersionId } = await secrets.send(
        new CreateSecretCommand({ Name, SecretString: '{"pw":"before"}' }),
      )
      await secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString: '{"pw":"after"}' }))
      const keys = ['pw', 'pw?stage=AWSPREVIOUS', `pw?version=${VersionId}`]
      const { values } = await provider.get(Name, keys, call)
      expect(keys.map((key) => values.get(key))).toEqual(['after', 'before', 'before'])
    })

    it('have a time to live by parameter, or by key', async () => {
      const byParameter = await secretsManager({ 'ttl.ms': '60s' })
      expect((await byParameter.get('shop/db', ['password'], call)).ttlMs).toBe(60_000)
      const byKey = await byParameter.get('shop/db', ['password', 'username?ttl=5000'], call)
      expect(byKey.ttlMs).toBe(5000)
      expect(byKey.values.get('username?ttl=5000')).toBe('app')
    })

    it('are refused by the allow-list, before AWS is asked', async () => {
      const provider = await secretsManager({
        'allowlist.pattern': 'shop/.*',
        endpoint: 'http://127.0.0.1:1',
      })
      await expect(provider.get('', ['token'], call)).rejects.toThrow("allowlist.pattern doesn't allow token")
    })

    it('that are no JSON have no keys, and aren’t quoted', async () => {
      const asking = (await secretsManager()).get('token', ['password'], call)
      await expect(asking).rejects.toThrow('the secret token is no JSON object, so it has no keys')
      await expect(asking).rejects.not.toThrow('plain-token')
    })

    it('that can’t be had say why', async () => {
      const asking = (await secretsManager({ endpoint: 'http://127.0.0.1:1' })).get(
        'shop/db',
        ['password'],
        call,
      )
      await expect(asking).rejects.toThrow(/AWS did not give the secret shop\/db: .*ECONNREFUSED/)
    }, 30_000)
  })

  describe('parameters', () => {
    it('are looked up decrypted, by path and key or by the whole name', async () => {
      const provider = await ssm()
      expect((await provider.get('/shop/db', ['password'], call)).values.get('password')).toBe('new')
      const { values } = await provider.get('', ['/shop/db/password', '/shop/none'], call)
      expect([...values]).toEqual([['/shop/db/password', 'new']])
    })

    it('have versions', async () => {
      const { values } = await (await ssm()).get('/shop/db', ['password?version=1', 'password'], call)
      expect(Object.fromEntries(values)).toEqual({ 'password?version=1': 'old', password: 'new' })
    })

    it('are asked for ten at a time', async () => {
      const keys = Array.from({ length: 23 }, (_, index) => `p${index}`)
      const { values } = await (await ssm()).get('/shop/many', keys, call)
      expect([...values.values()].toSorted()).toEqual(keys.map((key) => key.replace('p', 'v')).toSorted())
    })
  })

  it('serve a worker’s settings', async () => {
    const worker = createWorker({
      plugins: [secretsManagerProvider, ssmProvider],
      settings: {
        'bootstrap.servers': '127.0.0.1:${secretsmanager:shop/db:port}',
        'task.threads': '${ssm:/shop/threads}',
        'config.providers': 'secretsmanager,ssm',
        'config.providers.secretsmanager.param.region': region,
        'config.providers.secretsmanager.param.endpoint': moto.url,
        'config.providers.ssm.class': 'com.amazonaws.kafka.config.providers.SsmParamStoreConfigProvider',
        'config.providers.ssm.param.region': region,
        'config.providers.ssm.param.endpoint': moto.url,
      },
    })
    await parameters.send(new PutParameterCommand({ Name: '/shop/threads', Value: '3', Type: 'String' }))
    try {
      await worker.start()
      expect(worker.config).toMatchObject({ bootstrapServers: '127.0.0.1:5432', taskThreads: 3 })
    } finally {
      await worker.stop()
    }
  }, 30_000)
})
