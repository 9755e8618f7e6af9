import {
  type SchemaRegistryServer,
  schemaRegistryUnavailable,
  startSchemaRegistry,
} from './schema-registry.ts'
import { ownFolder } from './shared-services.ts'

const timeoutMs = 300_000
const unavailable = schemaRegistryUnavailable()
const possible = unavailable === undefined ? describe : describe.skip

possible(`the schema registry ${unavailable === undefined ? '' : `(${unavailable})`}`, () => {
  let registry: SchemaRegistryServer

  beforeAll(async () => {
    registry = await startSchemaRegistry({ dir: ownFolder('schema-registry') })
  }, timeoutMs)

  afterAll(() => registry?.stop(), timeoutMs)

  const fields = (type: string) =>
    JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'a', type }] })
  const register = (schema: string) => call(`${registry.url}/subjects/t-value/versions`, 'POST', { schema })

  it('refuses a schema that its level does not allow', async () => {
    await call(`${registry.url}/config`, 'PUT', { compatibility: 'BACKWARD' })
    expect((await register(fields('int'))).status).toBe(200)
    expect(await (await register(fields('string'))).json()).toMatchObject({ error_code: 409 })
    expect((await register(fields('long'))).status).toBe(200)
  })

  it(
    'keeps its schemas through a kill and a start',
    async () => {
      await registry.kill()
      await registry.start()
      expect(await (await fetch(`${registry.url}/subjects`)).json()).toEqual(['t-value'])
    },
    timeoutMs,
  )
})

function call(url: string, method: string, body: object): Promise<Response> {
  return fetch(url, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  })
}
