import { type Converter, kindOf, optional, type RecordSchema, struct } from '@sluice/template'
import { schemaRegistryUnavailable, sharedServices } from '@sluice/testkit/services'
import { jsonSchemaConverter } from './json-schema/json-schema-converter.ts'
import { protobufConverter } from './protobuf/protobuf-converter.ts'
import { openConverter } from './testing/scene.ts'

const unavailable = schemaRegistryUnavailable()
const possible = unavailable === undefined ? describe : describe.skip
const timeoutMs = 300_000

const table = (fields: Record<string, RecordSchema>): RecordSchema => struct(fields, { name: 'shop.orders' })

const formats = {
  'JSON Schema': (settings: Record<string, string>) => openConverter(jsonSchemaConverter, { settings }),
  Protobuf: (settings: Record<string, string>) => openConverter(protobufConverter, { settings }),
} as const

possible.each(['JSON Schema', 'Protobuf'] as const)(
  `%s with a real registry ${unavailable === undefined ? '' : `(${unavailable})`}`,
  (format) => {
    const topic = `formats-${format.replace(' ', '-').toLowerCase()}`
    let url: string
    let converter: Converter

    beforeAll(async () => {
      url = (await sharedServices().schemaRegistry()).url
      converter = formats[format]({ 'schema.registry.url': url, 'optional.for.nullables': 'true' })
      await fetch(`${url}/config/${topic}-value`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: '{"compatibility":"BACKWARD"}',
      })
    }, timeoutMs)

    afterAll(() => converter?.close?.())

    it('is registered, found and read again', async () => {
      const schema = table({ id: { type: 'int64' }, name: optional({ type: 'string' }) })
      const value = { id: 9007199254740993n, name: null }
      const bytes = await converter.toBytes({ topic }, { schema, value })
      const other = formats[format]({ 'schema.registry.url': url, 'optional.for.nullables': 'true' })
      expect((await other.fromBytes({ topic }, bytes)).value).toEqual(value)
      await other.close?.()
      expect(await (await fetch(`${url}/subjects/${topic}-value/versions`)).json()).toEqual([1])
    })

    it('is refused with the field and what to do where readers could not follow', async () => {
      const schema = table({ id: { type: 'boolean' }, name: optional({ type: 'string' }) })
      const attempt = async (): Promise<unknown> =>
        converter.toBytes({ topic }, { schema, value: { id: true, name: null } })
      const error = await attempt().catch((thrown: unknown) => thrown)
      expect(kindOf(error)).toBe('record')
      expect((error as Error).message).toContain(`subject ${topic}-value`)
      expect((error as Error).message).toContain('The field id was int64 and is boolean now.')
    })
  },
)
