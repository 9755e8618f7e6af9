import { readFileSync } from 'node:fs'
import { optional, type RecordData, type RecordSchema, struct } from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import { parseProperties } from '../../packages/runtime/src/config/properties.ts'
import { builtInPlugins } from '../../packages/runtime/src/plugins/built-in.ts'
import { createRegistry } from '../../packages/runtime/src/plugins/registry.ts'
import {
  builtInPredicates,
  builtInTransforms,
} from '../../packages/runtime/src/transforms/built-in-transforms.ts'
import { openChain, type TransformChain } from '../../packages/runtime/src/transforms/chain.ts'

const page = readFileSync(new URL('../../docs/TRANSFORMS.md', import.meta.url), 'utf8')
const registry = createRegistry(builtInPlugins)

interface Example {
  readonly settings: string
  readonly what: string
  readonly before: string
  /** Undefined: it is dropped. */
  readonly after: string | undefined
}

/** Each block of settings, with the outcomes that follow it. */
const examples = page
  .split('```properties\n')
  .slice(1)
  .flatMap((part): readonly Example[] => {
    const [settings = '', text = ''] = part.split('\n```', 2)
    const outcomes = text.matchAll(/(Value|Topic|Record|Event) `([^`]*)` (?:becomes `([^`]*)`|is dropped)/g)
    return [...outcomes].map(([, what = '', before = '', after]) => ({ settings, what, before, after }))
  })

function open(text: string): TransformChain {
  const settings = parseProperties(text, 'TRANSFORMS.md')
  const names = (key: string): string[] => settings.get(key)?.split(',') ?? []
  return openChain({
    names: names('transforms'),
    predicateNames: names('predicates'),
    settings,
    worker: new Map([['javascript.transform.expressions', 'true']]),
    plugins: registry,
    log: memoryLogger(),
  })
}

function recordOf({ what, before }: Example): RecordData {
  const record = { topic: 'orders', value: null, timestamp: 1_700_000_000_123 }
  if (what === 'Topic') return { ...record, topic: before }
  const json: unknown = JSON.parse(before)
  if (what === 'Record') return { ...record, ...(json as object) }
  return what === 'Event'
    ? { ...record, value: json, valueSchema: eventSchema(json as object) }
    : { ...record, value: json }
}

/** The schema that Debezium would have given the event. */
function eventSchema(event: object): RecordSchema {
  const after = schemaOf((event as { after: unknown }).after)
  const fields = Object.entries(event).map(
    ([name, value]) => [name, name === 'before' ? after : schemaOf(value)] as const,
  )
  return struct(
    { ...Object.fromEntries(fields), ts_ms: { type: 'int64', optional: true } },
    { name: 'x.Envelope' },
  )
}

function schemaOf(value: unknown): RecordSchema {
  if (typeof value === 'string') return { type: 'string' }
  if (typeof value === 'number') return { type: 'int32' }
  return optional(
    struct(Object.fromEntries(Object.entries(value as object).map(([name, of]) => [name, schemaOf(of)]))),
  )
}

describe('the page of transforms', () => {
  it.each(
    examples.map((one) => [`${one.what} ${one.before} in ${one.settings.split('\n')[1]}`, one] as const),
  )('says what happens: %s', (_, example) => {
    const made = open(example.settings).apply(recordOf(example))
    if (example.after === undefined) return expect(made).toBeNull()
    if (example.what === 'Topic') return expect(made?.topic).toBe(example.after)
    const expected: unknown = JSON.parse(example.after)
    if (example.what === 'Record') expect(made).toMatchObject(expected as object)
    else expect(made?.value).toEqual(expected)
  })

  it('has a section of each', () => {
    const names = [...builtInTransforms, ...builtInPredicates].map(({ name }) =>
      name.replace(/^.*\./, '').replace(/\$.*/, ''),
    )
    const missing = names.filter((name) => name !== 'javascript' && !page.includes(`\n### ${name}\n`))
    expect(missing).toEqual([])
    expect(examples.length).toBeGreaterThan(20)
  })
})
