import { type RowBatch, recordsOf } from '@sluice/template'
import fc from 'fast-check'
import { openSettings } from '../transforms/testing/open-transforms.ts'
import { convertPolled } from './convert-polled.ts'
import type { Converted } from './outgoing.ts'
import { RowPath } from './row-path.ts'
import { batch, converters, errors, fieldName, shown, type Table, table } from './testing/arbitrary-rows.ts'

type Settings = Readonly<Record<string, string>>

const own = (type: string, settings: Settings): Settings => ({
  type: `org.apache.kafka.connect.transforms.${type}`,
  ...settings,
})

const field = fc.nat(7).map(fieldName)
const fields = fc.array(field, { minLength: 1, maxLength: 3 }).map((names) => names.join(','))
const keepNulls = fc.constantFrom('true', 'false').map((text) => ({ 'replace.null.with.default': text }))
const castType = fc.constantFrom('int8', 'int16', 'int32', 'int64', 'string', 'boolean', 'float64')

/** Transforms that take whole rows, with settings that make something of the fields there are. */
const transform: fc.Arbitrary<Settings> = fc
  .tuple(
    fc.oneof(
      fields.map((exclude) => own('ReplaceField$Value', { exclude })),
      fields.map((include) => own('ReplaceField$Value', { include })),
      field.map((name) => own('ReplaceField$Value', { renames: `${name}:renamed` })),
      fc.tuple(field, castType).map(([name, type]) => own('Cast$Value', { spec: `${name}:${type}` })),
      fields.map((names) => own('MaskField$Value', { fields: names })),
      fc
        .tuple(fields, fc.constantFrom('7', 'x', '-0'))
        .map(([names, replacement]) => own('MaskField$Value', { fields: names, replacement })),
      fc.constant(own('InsertField$Value', { 'static.field': 'added', 'static.value': 'é"\n' })),
      fc.constant(own('InsertField$Value', { 'topic.field': 'topic', 'timestamp.field': 'at!' })),
      fc.constant(own('SetSchemaMetadata$Value', { 'schema.name': 'n', 'schema.version': '2' })),
      fields.map((names) => own('ValueToKey', { fields: names })),
    ),
    keepNulls,
  )
  .map(([settings, more]) => ({ ...settings, ...more }))

const ofTopic: fc.Arbitrary<Settings> = fc.constantFrom(
  own('RegexRouter', { regex: 't', replacement: 'u' }),
  own('RegexRouter', { regex: 'x', replacement: 'u' }),
  own('InsertHeader', { header: 'more', 'value.literal': '1' }),
)

const chainSettings = fc
  .array(fc.oneof({ weight: 4, arbitrary: transform }, { weight: 1, arbitrary: ofTopic }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((steps): Settings => {
    const entries = steps.flatMap((step, i) =>
      Object.entries(step).map(([key, value]) => [`transforms.t${i}.${key}`, value] as const),
    )
    return { transforms: steps.map((_, i) => `t${i}`).join(','), ...Object.fromEntries(entries) }
  })

async function both(
  settings: Settings,
  rows: RowBatch,
  envelope: string,
): Promise<{ quick: unknown; ordinary: unknown }> {
  const chain = openSettings(settings)
  const opened = converters({ 'schemas.enable': envelope, 'decimal.format': 'BASE64' })
  const { converted, begun } = new RowPath(chain, opened).convert(rows)
  expect(begun).toBeUndefined()
  const options = { chain, converters: opened, errors: errors('all') }
  const ordinary = await convertPolled(options, recordsOf(rows))
  return {
    quick: converted && shown(converted),
    ordinary: converted && shown(ordinary as readonly (Converted | null)[]),
  }
}

describe('transforms of whole rows', () => {
  it.each(['true', 'false'])('give what they give row by row: envelope %s', async (envelope) => {
    let quickly = 0
    await fc.assert(
      fc.asyncProperty(table, chainSettings, async (one, settings) => {
        const { quick, ordinary } = await both(settings, batch(one), envelope)
        if (quick !== undefined) quickly++
        expect(quick).toEqual(ordinary)
      }),
      { numRuns: 600 },
    )
    expect(quickly).toBeGreaterThan(120)
  })

  const rows = (schema: Table['schema'], texts: readonly (string | null)[][]): RowBatch =>
    batch({ schema, rows: texts, keys: 1 })

  it('are taken where fields that are no key are dropped, renamed, added, cast and masked', async () => {
    const settings = {
      transforms: 'a,b,c,d,e',
      'transforms.a.type': 'org.apache.kafka.connect.transforms.ReplaceField$Value',
      'transforms.a.exclude': 'note',
      'transforms.a.renames': 'at:happened',
      'transforms.b.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
      'transforms.b.static.field': 'shop',
      'transforms.b.static.value': 'north',
      'transforms.c.type': 'org.apache.kafka.connect.transforms.Cast$Value',
      'transforms.c.spec': 'n:string',
      'transforms.d.type': 'org.apache.kafka.connect.transforms.MaskField$Value',
      'transforms.d.fields': 'email',
      'transforms.e.type': 'org.apache.kafka.connect.transforms.RegexRouter',
      'transforms.e.regex': 't',
      'transforms.e.replacement': 'u',
    }
    const schema = {
      type: 'struct' as const,
      fields: [
        { name: 'id', schema: { type: 'int64' as const } },
        { name: 'note', schema: { type: 'string' as const, optional: true } },
        { name: 'n', schema: { type: 'int32' as const } },
        { name: 'email', schema: { type: 'string' as const, optional: true } },
        { name: 'at', schema: { type: 'string' as const } },
      ],
    }
    const made = await both(
      settings,
      rows(schema, [
        ['1', 'x', '5', 'a@b', 'now'],
        ['2', null, '6', null, 'then'],
      ]),
      'false',
    )
    expect(made.quick).toEqual(made.ordinary)
    expect(made.quick).toMatchObject([
      { topic: 'u', value: '{"id":1,"n":"5","email":"","happened":"now","shop":"north"}' },
      { topic: 'u', value: '{"id":2,"n":"6","email":null,"happened":"then","shop":"north"}' },
    ])
  })
})
