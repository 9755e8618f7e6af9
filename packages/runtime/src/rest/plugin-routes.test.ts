import { defineSink, defineSource, defineTransform, int, list, secret, string } from '@sluice/template'
import { type RestScene, restScene } from './testing/rest-scene.ts'

const tables = defineSource({
  name: 'tables',
  aliases: ['org.example.TablesSourceConnector'],
  version: '1.2.3',
  doc: 'For tests.',
  config: {
    tables: list({ doc: 'Tables.', recommended: ['a', 'b'], group: 'What', importance: 'HIGH' }),
    connectionPassword: secret({ doc: 'Password.', optional: true }),
    batch: int({ doc: 'Batch.', default: 10, displayName: 'Rows', width: 'SHORT', dependents: ['tables'] }),
    tasksMax: int({ doc: 'Its own.', default: 7 }),
    batchHint: string({
      doc: 'Seen beside a batch.',
      optional: true,
      visible: (settings) => settings.has('batch'),
    }),
  },
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})

const lake = defineSink({
  name: 'lake',
  version: '1.0.0',
  doc: 'For tests.',
  config: { folder: string({ doc: 'Folder.' }) },
  open: async () => ({ put: async () => {} }),
})

const salt = defineTransform({
  name: 'org.example.Salt',
  version: '3.0.0',
  doc: 'For tests.',
  config: { grains: int({ doc: 'How many.' }), key: secret({ doc: 'Key.', optional: true }) },
  touches: () => [],
  open: () => ({ apply: (record) => record }),
})

let scene: RestScene
beforeAll(async () => {
  scene = await restScene({ plugins: [tables, lake, salt] })
})
afterAll(() => scene[Symbol.asyncDispose]())

interface Infos {
  readonly name: string
  readonly error_count: number
  readonly groups: readonly string[]
  readonly configs: ReadonlyArray<{
    readonly definition: Readonly<Record<string, unknown>> & { readonly name: string }
    readonly value: Readonly<Record<string, unknown>> & { readonly errors: readonly string[] }
  }>
}

async function validate(settings: object, plugin = 'tables'): Promise<Infos> {
  const answer = await scene.call('PUT', `/connector-plugins/${plugin}/config/validate`, settings)
  expect(answer.status).toBe(200)
  return answer.body as Infos
}

function find({ configs }: Infos, name: string): Infos['configs'][number] | undefined {
  const found = configs.filter(({ definition }) => definition.name === name)
  expect(found.length).toBeLessThan(2)
  return found[0]
}

const errorsOf = ({ configs }: Infos) => configs.flatMap(({ value }) => value.errors)

describe('plug-ins', () => {
  it('are listed, sinks before sources, and on request those of every kind', async () => {
    const connectors = [
      { class: 'lake', type: 'sink', version: '1.0.0' },
      { class: 'tables', type: 'source', version: '1.2.3' },
    ]
    expect((await scene.call('GET', '/connector-plugins')).body).toEqual(connectors)
    const all = (await scene.call('GET', '/connector-plugins?connectorsOnly=false')).body as object[]
    expect(all.slice(0, 2)).toEqual(connectors)
    expect(all).toContainEqual({ class: 'org.example.Salt', type: 'transformation', version: '3.0.0' })
    const types = (name: string) =>
      all
        .filter((one) => (one as { class: string }).class.endsWith(name))
        .map((one) => 'type' in one && one.type)
    expect(types('RecordIsTombstone')).toEqual(['predicate'])
    expect(types('JsonConverter')).toEqual(['converter', 'header_converter'])
    expect(types('SimpleHeaderConverter')).toEqual(['header_converter'])
  })

  it('show their settings, a connector the framework’s behind its own', async () => {
    const keys = (await scene.call('GET', '/connector-plugins/TablesSource/config'))
      .body as Infos['configs'][0]['definition'][]
    expect(keys[0]).toEqual({
      name: 'tables',
      type: 'LIST',
      required: true,
      default_value: null,
      importance: 'HIGH',
      documentation: 'Tables.',
      group: 'What',
      order: 0,
      width: 'NONE',
      display_name: 'tables',
      dependents: [],
    })
    expect(keys[1]).toMatchObject({ name: 'connection.password', type: 'PASSWORD', default_value: null })
    expect(keys[2]).toMatchObject({
      display_name: 'Rows',
      width: 'SHORT',
      dependents: ['tables'],
      group: null,
    })
    expect(keys.filter(({ name }) => name === 'tasks.max')).toMatchObject([{ default_value: '7' }])
    expect(keys.find(({ name }) => name === 'errors.tolerance')).toMatchObject({ group: 'Error Handling' })
    const converter = (await scene.call('GET', '/connector-plugins/JsonConverter/config')).body as {
      name: string
    }[]
    expect(converter.map(({ name }) => name)).toContain('schemas.enable')
    expect((await scene.call('GET', '/connector-plugins/org.example.Salt/config')).body).toMatchObject([
      { name: 'grains', required: true },
      { name: 'key' },
    ])
    expect((await scene.call('GET', '/connector-plugins/HasHeaderKey/config')).status).toBe(200)
    expect(await scene.call('GET', '/connector-plugins/none/config')).toMatchObject({
      status: 404,
      body: { error_code: 404, message: 'Unknown plugin none.' },
    })
  })

  it.each([
    ['latest', 200],
    ['1.2.3', 200],
    ['[1.0,2.0)', 200],
    ['2.0', 400],
    ['[1', 400],
  ])('are there in one version: asked for %s', async (version, status) => {
    const url = `/connector-plugins/tables/config?version=${encodeURIComponent(version)}`
    expect(await scene.call('GET', url)).toMatchObject({ status })
  })
})

describe('a validation', () => {
  const good = { 'connector.class': 'tables', name: 'x', tables: 'a' }

  it('shows every setting with its value, and no secret', async () => {
    const infos = await validate({ ...good, 'connection.password': 'hush', batch: '3', unknown: 'x' })
    expect(infos).toMatchObject({ name: 'tables', error_count: 0 })
    expect(find(infos, 'tables')!.value).toEqual({
      name: 'tables',
      value: 'a',
      recommended_values: ['a', 'b'],
      errors: [],
      visible: true,
    })
    expect(find(infos, 'batch')!.value).toMatchObject({ value: '3' })
    expect(find(infos, 'batch.hint')!.value).toMatchObject({ visible: true, value: null })
    expect(find(await validate(good), 'batch.hint')!.value).toMatchObject({ visible: false })
    expect(find(infos, 'connection.password')!.value).toMatchObject({ value: '[hidden]' })
    expect(find(await validate(good), 'connection.password')!.value).toMatchObject({ value: null })
    expect(find(infos, 'tasks.max')!.definition).toMatchObject({ documentation: 'Its own.' })
    expect(find(infos, 'unknown')).toBeUndefined()
    expect(infos.groups).toEqual([
      'Common',
      'Transforms',
      'Predicates',
      'Error Handling',
      'Topic Creation',
      'Exactly Once Support',
      'offsets.topic',
      'What',
    ])
  })

  it('covers transforms, predicates, converters and overrides', async () => {
    const infos = await validate({
      ...good,
      transforms: 'one, two',
      'transforms.one.type': 'org.example.Salt',
      'transforms.one.grains': 'many',
      'transforms.one.key': 'hush',
      'transforms.two.type': 'none',
      predicates: 'p',
      'predicates.p.type': 'HasHeaderKey',
      'key.converter': 'JsonConverter',
      'key.converter.decimal.format': 'ROMAN',
      'topic.creation.groups': 'big',
      'topic.creation.big.include': 'b.*',
      'producer.override.linger.ms': '5',
    })
    expect(find(infos, 'transforms.one.type')!.definition).toMatchObject({
      type: 'CLASS',
      required: true,
      group: 'Transforms: one',
      order: 0,
      display_name: 'Transformation type for one',
    })
    expect(find(infos, 'transforms.one.grains')).toMatchObject({
      definition: { documentation: 'How many.', group: 'Transforms: one' },
      value: { value: 'many', errors: [expect.stringContaining('transforms.one.grains must be')] },
    })
    expect(find(infos, 'transforms.one.key')!.value).toMatchObject({ value: '[hidden]' })
    expect(find(infos, 'transforms.one.negate')!.value).toMatchObject({ value: 'false' })
    expect(find(infos, 'transforms.two.type')!.value.errors).toHaveLength(1)
    expect(find(infos, 'predicates.p.name')!.value.errors).toHaveLength(1)
    expect(find(infos, 'key.converter.decimal.format')!.value.errors).toHaveLength(1)
    expect(find(infos, 'value.converter.decimal.format')).toBeUndefined()
    expect(find(infos, 'key.converter.decimal.format')!.definition).toMatchObject({
      display_name: 'Decimal Format',
      group: 'Serialization',
    })
    expect(find(infos, 'value.converter')).toMatchObject({
      definition: { default_value: expect.stringContaining('JsonConverter') },
      value: { recommended_values: expect.arrayContaining([expect.stringContaining('StringConverter')]) },
    })
    expect(find(infos, 'transforms.one.type')!.value).toMatchObject({
      recommended_values: expect.arrayContaining(['org.example.Salt']),
    })
    expect(find(infos, 'transforms.one.plugin.version')!.value).toMatchObject({ value: '3.0.0' })
    expect(find(infos, 'producer.override.linger.ms')!.value).toMatchObject({ value: '5' })
    expect(infos.groups).toEqual(expect.arrayContaining(['Transforms: one', 'Predicates: p']))
    expect(infos.error_count).toBe(errorsOf(infos).length)
    expect(infos.error_count).toBe(4)
  })

  it('counts every error, those of one setting and of a null included', async () => {
    const infos = await validate(
      { 'connector.class': 'lake', 'tasks.max': '0', folder: null, name: 'x' },
      'lake',
    )
    expect(errorsOf(infos)).toHaveLength(infos.error_count)
    expect(infos.error_count).toBe(5)
    expect(find(infos, 'folder')!.value.errors).toEqual([
      'folder can not have null as its value',
      'Missing required configuration "folder" which has no default value.',
    ])
  })

  it.each([
    ['tables', { name: 'x' }, 'contains no connector type'],
    [
      'tables',
      { 'connector.class': 'lake' },
      'Included connector type lake does not match request type tables',
    ],
    ['none', { 'connector.class': 'none' }, 'Failed to find any class that implements Connector'],
    ['none', { 'connector.class': 'tables' }, 'does not match request type none'],
  ])('of %s is refused with %j', async (plugin, settings, message) => {
    const url = `/connector-plugins/${plugin}/config/validate`
    expect(await scene.call('PUT', url, settings)).toMatchObject({
      status: 400,
      body: { error_code: 400, message: expect.stringContaining(message) },
    })
  })

  it('takes every name of the plug-in', async () => {
    for (const plugin of [
      'TablesSource',
      'TablesSourceConnector',
      'org.example.TablesSourceConnector',
      'tables',
    ]) {
      const named = { ...good, 'connector.class': 'org.example.TablesSourceConnector' }
      expect(await validate(named, plugin)).toMatchObject({ name: 'org.example.TablesSourceConnector' })
    }
  })
})
