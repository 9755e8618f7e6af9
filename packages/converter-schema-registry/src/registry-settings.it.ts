import { type Converter, kindOf, optional, type RecordSchema, struct } from '@sluice/template'
import { schemaRegistryUnavailable, sharedServices } from '@sluice/testkit/services'
import { avroConverter } from './avro/avro-converter.ts'
import { RecordingProxy } from './testing/recording-proxy.ts'
import { openConverter } from './testing/scene.ts'

const unavailable = schemaRegistryUnavailable()
const possible = unavailable === undefined ? describe : describe.skip
const timeoutMs = 300_000

const table = (fields: Record<string, RecordSchema>, name = 'settings.Order'): RecordSchema =>
  struct(fields, { name })

possible(`settings of a schema registry ${unavailable === undefined ? '' : `(${unavailable})`}`, () => {
  let registry: RecordingProxy
  const opened: Converter[] = []

  beforeAll(async () => {
    registry = await RecordingProxy.start((await sharedServices().schemaRegistry()).url)
  }, timeoutMs)

  afterEach(async () => {
    for (const converter of opened.splice(0)) await converter.close?.()
    registry.take()
  })
  afterAll(() => registry?.stop())

  function open(settings: Record<string, string> = {}, role: 'key' | 'value' = 'value'): Converter {
    const given = { 'schema.registry.url': registry.url, ...settings }
    const converter = openConverter(avroConverter, { settings: given, role })
    opened.push(converter)
    return converter
  }

  async function ask(path: string, method = 'GET', body?: object): Promise<unknown> {
    const answer = await fetch(registry.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return answer.json()
  }

  const failed = (attempt: () => unknown): Promise<unknown> =>
    Promise.resolve()
      .then(attempt)
      .catch((thrown: unknown) => thrown)

  describe('subject.name.strategy', () => {
    const schema = table({ id: { type: 'int32' } }, 'strategies.Order')
    const of = (role: string, strategy: string): Record<string, string> => ({
      [`${role}.subject.name.strategy`]: `io.confluent.kafka.serializers.subject.${strategy}`,
    })

    it.each([
      ['TopicNameStrategy', 'value', 'strategies-value'],
      ['TopicNameStrategy', 'key', 'strategies-key'],
      ['RecordNameStrategy', 'value', 'strategies.Order'],
      ['RecordNameStrategy', 'key', 'strategies.Order'],
      ['TopicRecordNameStrategy', 'value', 'strategies-strategies.Order'],
      ['TopicRecordNameStrategy', 'key', 'strategies-strategies.Order'],
    ] as const)('%s of a %s is %s', async (strategy, role, subject) => {
      const converter = open(of(role, strategy), role)
      await converter.toBytes({ topic: 'strategies' }, { schema, value: { id: 1 } })
      expect(await ask(`/subjects/${subject}/versions`)).toEqual([1])
    })

    it('of one role says nothing about the other', async () => {
      const converter = open(of('key', 'RecordNameStrategy'))
      await converter.toBytes({ topic: 'other-role' }, { schema, value: { id: 1 } })
      expect(await ask('/subjects/other-role-value/versions')).toEqual([1])
    })
  })

  it('auto.register.schemas=false registers nothing, says what to register, and finds what a person has registered', async () => {
    const topic = 'by-hand'
    const data = { schema: table({ id: { type: 'int32' } }, 'hand.Order'), value: { id: 1 } }
    const off = { 'auto.register.schemas': 'false' }
    const error = (await failed(() => open(off).toBytes({ topic }, data))) as Error
    expect(kindOf(error)).toBe('record')
    expect(error.message).toContain('auto.register.schemas=false')
    expect(await ask(`/subjects/${topic}-value/versions`)).toMatchObject({ error_code: 40401 })
    const text = error.message.slice(error.message.indexOf('{"type"'))
    const { id } = (await ask(`/subjects/${topic}-value/versions`, 'POST', { schema: text })) as {
      id: number
    }
    const bytes = Buffer.from((await open(off).toBytes({ topic }, data))!)
    expect(bytes.readUInt32BE(1)).toBe(id)
    expect(await ask(`/subjects/${topic}-value/versions`)).toEqual([1])
  })

  it('use.latest.version writes by the version that others have made, and a newer one after latest.cache.ttl.sec', async () => {
    const topic = 'latest'
    const avro = (...fields: object[]): object => ({
      schema: JSON.stringify({ type: 'record', name: 'Order', namespace: 'settings', fields }),
    })
    const post = (body: object): Promise<unknown> => ask(`/subjects/${topic}-value/versions`, 'POST', body)
    const id = { name: 'id', type: 'int' }
    await post(avro(id, { name: 'note', type: ['null', 'string'], default: null }))
    const latest = { 'auto.register.schemas': 'false', 'use.latest.version': 'true' }
    const converter = open({ ...latest, 'latest.cache.ttl.sec': '1' })
    const forEver = open(latest)
    const data = {
      schema: table({ id: { type: 'int32' }, more: { type: 'string' } }),
      value: { id: 7, more: 'x' },
    }
    const written = async (by: Converter): Promise<unknown> =>
      (await open().fromBytes({ topic }, await by.toBytes({ topic }, data))).value
    expect(await written(converter)).toEqual({ id: 7, note: null })
    expect(await written(forEver)).toEqual({ id: 7, note: null })
    await post(avro(id, { name: 'shop', type: 'string', default: 'north' }))
    await expectInTime(async () => expect(await written(converter)).toEqual({ id: 7, shop: 'north' }))
    expect(await written(forEver)).toEqual({ id: 7, note: null })
    expect(await ask(`/subjects/${topic}-value/versions`)).toEqual([1, 2])
  })

  it('use.schema.id writes by that schema, whatever the subject has', async () => {
    const topic = 'by-id'
    const schema = '{"type":"record","name":"Wide","fields":[{"name":"id","type":"long"}]}'
    const { id } = (await ask('/subjects/elsewhere/versions', 'POST', { schema })) as { id: number }
    const converter = open({ 'auto.register.schemas': 'false', 'use.schema.id': String(id) })
    const data = { schema: table({ id: { type: 'int32' } }), value: { id: 7 } }
    const bytes = Buffer.from((await converter.toBytes({ topic }, data))!)
    expect([bytes.readUInt32BE(1), bytes.subarray(5).toString('hex')]).toEqual([id, '0e'])
  })

  it('asks once for a schema, however many records there are, at once or one after another, and whoever reads them', async () => {
    const topic = 'cached'
    const data = { schema: table({ id: { type: 'int32' } }, 'cached.Order'), value: { id: 1 } }
    const converter = open()
    const some = await Promise.all(Array.from({ length: 20 }, async () => converter.toBytes({ topic }, data)))
    for (let i = 0; i < 20; i++) expect(converter.toBytes({ topic }, data)).toBeInstanceOf(Uint8Array)
    expect(registry.take().map(({ question }) => question)).toEqual([
      `POST /subjects/${topic}-value/versions?normalize=false`,
    ])
    await Promise.all(some.map(async (bytes) => converter.fromBytes({ topic }, bytes)))
    for (const bytes of some) expect(converter.fromBytes({ topic }, bytes)).toHaveProperty('value')
    expect(registry.take().map(({ question }) => question)).toEqual([
      expect.stringMatching(/^GET \/schemas\/ids\/\d+$/),
    ])
  })

  it('asks once, too, for what the registry refuses, and again when it may have changed its mind', async () => {
    const topic = 'refused-once'
    const off = open({ 'auto.register.schemas': 'false' })
    const data = { schema: table({ id: { type: 'int32' } }, 'refused.Order'), value: { id: 1 } }
    for (let i = 0; i < 10; i++)
      expect(kindOf(await failed(() => off.toBytes({ topic }, data)))).toBe('record')
    expect(registry.take()).toHaveLength(1)
  })

  it('normalize.schemas takes a schema in another order for the same', async () => {
    const topic = 'normal'
    const text = '{"fields":[{"type":"int","name":"id"}],"name":"Order","type":"record","namespace":"normal"}'
    const { id } = (await ask(`/subjects/${topic}-value/versions`, 'POST', { schema: text })) as {
      id: number
    }
    const converter = open({ 'normalize.schemas': 'true', 'connect.meta.data': 'false' })
    const data = { schema: table({ id: { type: 'int32' } }, 'normal.Order'), value: { id: 1 } }
    const bytes = Buffer.from((await converter.toBytes({ topic }, data))!)
    expect(bytes.readUInt32BE(1)).toBe(id)
  })

  it('logs in by name and password, or by a token, and sends the headers of request.header.*', async () => {
    const data = { schema: table({ id: { type: 'int32' } }, 'login.Order'), value: { id: 1 } }
    const sent = async (settings: Record<string, string>): Promise<unknown> => {
      await open(settings).toBytes({ topic: 'login' }, data)
      const [first] = registry.take()
      return [first!.headers.authorization, first!.headers['x-tenant']]
    }
    const userInfo = {
      'basic.auth.credentials.source': 'USER_INFO',
      'schema.registry.basic.auth.user.info': 'ann:secret',
    }
    expect(await sent({ ...userInfo, 'request.header.x-tenant': 'north' })).toEqual([
      `Basic ${Buffer.from('ann:secret').toString('base64')}`,
      'north',
    ])
    expect(await sent({ 'bearer.auth.token': 't0ken' })).toEqual(['Bearer t0ken', undefined])
    expect(await sent({})).toEqual([undefined, undefined])
  })

  const int32 = { type: 'int32' } as const
  it.each<readonly [string, Record<string, RecordSchema>, object, string]>([
    [
      'BACKWARD',
      { id: int32, must: { type: 'string' } },
      { id: 1, must: 'x' },
      'The field must is new and has no default.',
    ],
    ['BACKWARD', { id: { type: 'string' } }, { id: '1' }, 'The field id was int32 and is string now.'],
    ['FORWARD', { note: optional({ type: 'string' }) }, { note: null }, 'The field id is gone.'],
    ['FULL', { id: { type: 'int64' } }, { id: 1n }, 'The field id was int32 and is int64 now.'],
  ])('names the field that %s does not allow: %j', async (level, fields, value, said) => {
    const topic = `level-${level}-${Object.keys(fields).join('-')}`
    await ask(`/config/${topic}-value`, 'PUT', { compatibility: level })
    const converter = open()
    await converter.toBytes({ topic }, { schema: table({ id: int32 }), value: { id: 1 } })
    const error = (await failed(() =>
      converter.toBytes({ topic }, { schema: table(fields), value }),
    )) as Error
    expect([kindOf(error), error.message]).toEqual(['record', expect.stringContaining(said)])
    expect(error.message).toContain(`level ${level}`)
  })
})

/** Until it holds. */
async function expectInTime(hold: () => Promise<void>): Promise<void> {
  for (const end = Date.now() + 60_000; ; ) {
    try {
      return await hold()
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
