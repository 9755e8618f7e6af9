import { type Converter, kindOf, optional, type RecordSchema, struct } from '@sluice/template'
import {
  ownFolder,
  type SchemaRegistryServer,
  schemaRegistryUnavailable,
  startSchemaRegistry,
} from '@sluice/testkit/services'
import { Gateway } from '../testing/gateway.ts'
import { openConverter } from '../testing/scene.ts'
import { avroConverter } from './avro-converter.ts'

const unavailable = schemaRegistryUnavailable()
const possible = unavailable === undefined ? describe : describe.skip
const timeoutMs = 300_000
/** Nothing listens there. */
const nobody = 'http://127.0.0.1:9'
const hasty = { 'max.retries': '1', 'retries.wait.ms': '10', 'lookup.timeout.ms': '3000' }

possible(`Avro with a real registry ${unavailable === undefined ? '' : `(${unavailable})`}`, () => {
  let registry: SchemaRegistryServer
  const opened: Converter[] = []

  beforeAll(async () => {
    registry = await startSchemaRegistry({ dir: ownFolder('schema-registry') })
    await fetch(`${registry.url}/config`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"compatibility":"BACKWARD"}',
    })
  }, timeoutMs)

  afterEach(async () => {
    for (const converter of opened.splice(0)) await converter.close?.()
  })
  afterAll(() => registry?.stop(), timeoutMs)

  function open(settings: Record<string, string> = {}): Converter {
    const given = { 'schema.registry.url': registry.url, ...settings }
    const converter = openConverter(avroConverter, { settings: given })
    opened.push(converter)
    return converter
  }

  const table = (fields: Record<string, RecordSchema>): RecordSchema =>
    struct(fields, { name: 'shop.orders' })
  const first = table({ id: { type: 'int32' }, name: { type: 'string' } })

  /** Writes with one converter and reads with another, as two workers would. */
  async function through(topic: string, data: { schema: RecordSchema; value: unknown }): Promise<unknown> {
    const bytes = await open().toBytes({ topic }, data)
    return (await open().fromBytes({ topic }, bytes)).value
  }

  it('registers a schema and finds it again', async () => {
    const value = { id: 1, name: 'one' }
    expect(await through('first', { schema: first, value })).toEqual(value)
    expect(await (await fetch(`${registry.url}/subjects/first-value/versions`)).json()).toEqual([1])
  })

  it('registers a schema that another instance has registered without a new version', async () => {
    const all = await Promise.all(
      Array.from({ length: 4 }, async () =>
        open().toBytes({ topic: 'shared' }, { schema: first, value: { id: 1, name: 'x' } }),
      ),
    )
    expect(new Set(all.map((bytes) => Buffer.from(bytes!).toString('hex'))).size).toBe(1)
    expect(await (await fetch(`${registry.url}/subjects/shared-value/versions`)).json()).toEqual([1])
  })

  it('takes columns that are added, dropped and widened as new versions', async () => {
    const topic = 'evolving'
    const versions: readonly [RecordSchema, object][] = [
      [first, { id: 1, name: 'one' }],
      [
        table({ id: { type: 'int32' }, name: { type: 'string' }, note: optional({ type: 'string' }) }),
        { id: 2, name: 'two', note: null },
      ],
      [
        table({ id: { type: 'int64' }, name: { type: 'string' }, note: optional({ type: 'string' }) }),
        { id: 3n, name: 'three', note: 'n' },
      ],
      [table({ id: { type: 'int64' }, name: { type: 'string' } }), { id: 4n, name: 'four' }],
    ]
    for (const [schema, value] of versions) expect(await through(topic, { schema, value })).toEqual(value)
    expect(await (await fetch(`${registry.url}/subjects/evolving-value/versions`)).json()).toEqual([
      1, 2, 3, 4,
    ])
  })

  it('says which subject, which field and what to do where the registry refuses a version', async () => {
    const topic = 'refused'
    const converter = open()
    await converter.toBytes({ topic }, { schema: first, value: { id: 1, name: 'one' } })
    const changed = table({ id: { type: 'string' }, name: { type: 'string' }, must: { type: 'boolean' } })
    const attempt = async (): Promise<unknown> =>
      converter.toBytes({ topic }, { schema: changed, value: { id: '2', name: 'two', must: true } })
    const error = await attempt().catch((thrown: unknown) => thrown)
    expect(kindOf(error)).toBe('record')
    expect((error as Error).message).toMatch(
      /subject refused-value.*level BACKWARD.*The field id was int32 and is string now. The field must is new and has no default. Make the change.*PUT \/config\/refused-value/,
    )
  })

  it('says that no schema has the id of a record', async () => {
    const bytes = Buffer.from('0000fffffe02', 'hex')
    const error = await Promise.resolve(open().fromBytes({ topic: 't' }, bytes)).catch(
      (thrown: unknown) => thrown,
    )
    expect(kindOf(error)).toBe('record')
    expect((error as Error).message).toContain('no schema with the id 16777214')
  })

  it('reads a schema that refers to another', async () => {
    const register = (subject: string, body: object): Promise<Response> =>
      fetch(`${registry.url}/subjects/${subject}/versions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const point = '{"type":"record","name":"Point","namespace":"geo","fields":[{"name":"x","type":"int"}]}'
    await register('geo.Point', { schema: point })
    const line =
      '{"type":"record","name":"Line","fields":[{"name":"from","type":"geo.Point"},{"name":"to","type":"geo.Point"}]}'
    const references = [{ name: 'geo.Point', subject: 'geo.Point', version: 1 }]
    const { id } = (await (await register('lines-value', { schema: line, references })).json()) as {
      id: number
    }
    const bytes = Buffer.from('00000000000204', 'hex')
    bytes.writeUInt32BE(id, 1)
    expect((await open().fromBytes({ topic: 'lines' }, bytes)).value).toEqual({
      from: { x: 1 },
      to: { x: 2 },
    })
  })

  it('goes to the next URL where one does not answer', async () => {
    const converter = open({ 'schema.registry.url': `${nobody},${registry.url}` })
    expect(
      await converter.toBytes({ topic: 'first' }, { schema: first, value: { id: 1, name: 'x' } }),
    ).toBeDefined()
  })

  it('is a retriable error where no registry can be reached, and works once there is one', async () => {
    const converter = open({ 'schema.registry.url': nobody, ...hasty })
    const data = { schema: first, value: { id: 1, name: 'x' } }
    const error = await Promise.resolve(converter.toBytes({ topic: 't' }, data)).catch(
      (thrown: unknown) => thrown,
    )
    expect(kindOf(error)).toBe('retriable')
    expect((error as Error).message).toMatch(/schema registry could not be asked.*127\.0\.0\.1:9/)
  })

  it(
    'gives up on a registry that does not answer within its time, and goes on when it does',
    async () => {
      const converter = open(hasty)
      const data = { schema: first, value: { id: 1, name: 'x' } }
      registry.pause()
      try {
        const error = await Promise.resolve(converter.toBytes({ topic: 'paused' }, data)).catch(
          (thrown: unknown) => thrown,
        )
        expect(kindOf(error)).toBe('retriable')
      } finally {
        registry.resume()
      }
      expect(await converter.toBytes({ topic: 'paused' }, data)).toBeDefined()
    },
    timeoutMs,
  )

  it(
    'goes by TLS and a login, from the URL or a setting',
    async () => {
      const gateway = await Gateway.start(registry.url, 'ann:s@cret')
      try {
        const secure = { ...hasty, 'schema.registry.ssl.truststore.location': gateway.certificate }
        const write = async (settings: Record<string, string>): Promise<unknown> =>
          open({ ...secure, ...settings }).toBytes(
            { topic: 'first' },
            { schema: first, value: { id: 1, name: 'x' } },
          )
        const userInfo = {
          'basic.auth.credentials.source': 'USER_INFO',
          'basic.auth.user.info': 'ann:s@cret',
        }
        expect(await write({ 'schema.registry.url': gateway.url, ...userInfo })).toBeDefined()
        const withLogin = gateway.url.replace('//', '//ann:s%40cret@')
        expect(await write({ 'schema.registry.url': withLogin })).toBeDefined()
        const wrong = write({ 'schema.registry.url': withLogin.replace('cret', 'what') })
        await expect(wrong).rejects.toThrow('HTTP 401, the credentials are refused')
        await expect(wrong).rejects.not.toThrow('what')
        const unknown = open({ ...hasty, ...userInfo, 'schema.registry.url': gateway.url })
        await expect(
          unknown.toBytes({ topic: 'first' }, { schema: first, value: { id: 1, name: 'x' } }),
        ).rejects.toThrow('certificate')
      } finally {
        await gateway.stop()
      }
    },
    timeoutMs,
  )
})
