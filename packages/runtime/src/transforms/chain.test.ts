import {
  definePredicate,
  defineTransform,
  type RecordData,
  RetriableError,
  string,
  struct,
} from '@sluice/template'
import { memoryLogger } from '@sluice/testkit'
import { builtInTransforms } from './built-in-transforms.ts'
import { openChain, type TransformChain } from './chain.ts'

let closed = 0
const suffix = defineTransform({
  name: 'Suffix',
  version: '1',
  doc: 'For tests.',
  config: { text: string({ doc: 'What to add.' }) },
  touches: () => ['topic'],
  open: ({ config }) => ({
    apply: (record) => (record.topic === 'drop' ? null : { ...record, topic: record.topic + config.text }),
    close: () => void closed++,
  }),
})
const content = defineTransform({
  name: 'Content',
  version: '1',
  doc: 'For tests.',
  config: {},
  touches: () => ['topic', 'value'],
  open: () => ({ apply: (record) => ({ ...record, topic: String(record.value) }) }),
})
const stamp = defineTransform({
  name: 'Stamp',
  version: '1',
  doc: 'For tests.',
  config: {},
  touches: () => ['topic', 'value'],
  changes: () => ['value'],
  open: () => ({ apply: (record) => ({ ...record, value: record.topic }) }),
})
const isNull = definePredicate({
  name: 'IsNull',
  version: '1',
  doc: 'For tests.',
  config: {},
  touches: () => ['value'],
  open: () => ({ test: (record) => record.value === null }),
})
let failure: unknown
const failing = defineTransform({
  name: 'Failing',
  version: '1',
  doc: 'For tests.',
  config: {},
  touches: () => [],
  open: () => ({
    apply: () => {
      throw failure
    },
  }),
})
const plugins: readonly { name: string; aliases?: readonly string[] }[] = [
  ...builtInTransforms,
  suffix,
  content,
  stamp,
  failing,
  isNull,
]

function open(settings: Record<string, string>, log = memoryLogger()): TransformChain {
  const names = (key: string): string[] => settings[key]?.split(',') ?? []
  return openChain({
    names: names('transforms'),
    predicateNames: names('predicates'),
    settings: new Map(Object.entries(settings)),
    plugins: {
      find: (_kind, name) => {
        const found = plugins.find((one) => one.name === name || one.aliases?.includes(name))
        if (!found) throw new Error('there is none of that name.')
        return found
      },
    },
    log,
  })
}

const record: RecordData = { topic: 't', value: { id: 1, name: 'x' } }

describe('a chain of transforms', () => {
  it('is empty without transforms', () => {
    const chain = open({})
    expect(chain.empty).toBe(true)
    expect(chain.touches.size).toBe(0)
  })

  it('applies them in order, stops at one that drops the record, and closes all', () => {
    const chain = open({
      transforms: 'a,b',
      'transforms.a.type': 'Suffix',
      'transforms.a.text': '-a',
      'transforms.b.type': 'Suffix',
      'transforms.b.text': '-b',
    })
    expect(chain.apply(record)?.topic).toBe('t-a-b')
    expect(chain.apply({ ...record, topic: 'drop' })).toBeNull()
    expect([...chain.touches]).toEqual(['topic'])
    closed = 0
    chain.close()
    expect(closed).toBe(2)
  })

  it.each([
    ['false', 't-a', 't'],
    ['true', 't', 't-a'],
  ])('applies one only where its predicate holds (negate=%s)', (negate, forNull, forOthers) => {
    const chain = open({
      transforms: 'a',
      predicates: 'p',
      'transforms.a.type': 'Suffix',
      'transforms.a.text': '-a',
      'transforms.a.predicate': 'p',
      'transforms.a.negate': negate,
      'predicates.p.type': 'IsNull',
    })
    expect(chain.apply({ topic: 't', value: null })?.topic).toBe(forNull)
    expect(chain.apply(record)?.topic).toBe(forOthers)
    expect([...chain.touches].toSorted()).toEqual(['topic', 'value'])
  })

  it('makes whatever a transform throws the fault of the record, unless it asks for another try', () => {
    const thrown = (error: unknown): unknown => {
      failure = error
      try {
        open({ transforms: 'f', 'transforms.f.type': 'Failing' }).apply(record)
      } catch (caught) {
        return caught
      }
    }
    const bug = new TypeError('x is undefined')
    expect(thrown(bug)).toMatchObject({
      name: 'RecordError',
      message: 'TypeError: x is undefined',
      cause: bug,
    })
    const retriable = new RetriableError('not now')
    expect(thrown(retriable)).toBe(retriable)
  })

  it('tells settings that no transform knows, and older names', () => {
    const log = memoryLogger()
    const settings = {
      transforms: 'r',
      'transforms.r.type': 'ReplaceField$Value',
      'transforms.r.blacklist': 'a',
      'transforms.r.exlude': 'b',
      'transforms.r.plugin.version': '1',
    }
    open(settings, log)
    expect(log.lines.map(({ message }) => message)).toEqual([
      'transforms.r.blacklist is an older name of transforms.r.exclude.',
      'transforms.r.exlude is no setting of ReplaceField$Value; is it spelled right?',
    ])
  })

  it('names the setting that a transform finds wrong when it is opened', () => {
    const settings = {
      transforms: 'i',
      'transforms.i.type': 'InsertField$Value',
      'transforms.i.static.field': 'a',
    }
    expect(() => open(settings)).toThrow(
      'The setting transforms.i.static.value is required beside static.field.',
    )
  })

  it('reports everything that is wrong at once', () => {
    const wrong = {
      transforms: 'a,b,c,d',
      'transforms.a.type': 'Suffix',
      'transforms.b.type': 'Nothing',
      'transforms.d.type': 'IsNull',
      'transforms.a.predicate': 'q',
      'transforms.a.negate': 'perhaps',
    }
    expect(() => open(wrong)).toThrow(
      expect.objectContaining({
        issues: [
          { field: 'transforms.a.negate', message: 'must be true or false, not "perhaps"' },
          {
            field: 'transforms.a.predicate',
            message: 'names "q", which is not one of the setting predicates',
          },
          { field: 'transforms.a.text', message: 'is required and has no default' },
          { field: 'transforms.b.type', message: 'names "Nothing": there is none of that name.' },
          { field: 'transforms.c.type', message: 'is required and has no default' },
          { field: 'transforms.d.type', message: 'names "IsNull", which is not a transform' },
        ],
      }),
    )
  })
})

describe('the topics behind a chain', () => {
  const suffixed = { 'transforms.a.type': 'Suffix', 'transforms.a.text': '-a' }

  it('are found without a record where transforms look at nothing else', () => {
    expect(open({}).topicsBehind('t')).toEqual(['t'])
    expect(open({ transforms: 'a', ...suffixed }).topicsBehind('t')).toEqual(['t-a'])
    expect(open({ transforms: 'a', ...suffixed }).topicsBehind('drop')).toEqual([])
    const keyed = { transforms: 'k', 'transforms.k.type': 'ValueToKey', 'transforms.k.fields': 'id' }
    expect(open(keyed).topicsBehind('t')).toEqual(['t'])
  })

  it('are both where a predicate looks at the record', () => {
    const chain = open({
      transforms: 'a',
      predicates: 'p',
      ...suffixed,
      'transforms.a.predicate': 'p',
      'predicates.p.type': 'IsNull',
    })
    expect(chain.topicsBehind('t')).toEqual(['t', 't-a'])
  })

  it('are unknown where a transform takes them from the record', () => {
    expect(open({ transforms: 'a', 'transforms.a.type': 'Content' }).topicsBehind('t')).toBeUndefined()
  })

  it('stay where a transform says that it only reads them', () => {
    const settings = { transforms: 'a', 'transforms.a.type': 'Stamp' }
    expect(open(settings).topicsBehind('t')).toEqual(['t'])
    expect(open(settings).transforms).toEqual([{ name: 'a', type: 'Stamp', changes: ['value'] }])
  })

  it.each([
    ['InsertField$Value', { 'topic.field': 'from' }, ['value']],
    ['ValueToKey', { fields: 'id' }, ['key']],
    ['HeaderFrom$Key', { fields: 'id', headers: 'id', operation: 'move' }, ['key', 'headers']],
    ['TimestampRouter', {}, ['topic']],
  ])('names what %s changes, not what it only looks at', (type, settings, changes) => {
    const own = Object.entries({ type, ...settings }).map(([key, value]) => [`transforms.a.${key}`, value])
    expect(open({ transforms: 'a', ...Object.fromEntries(own) }).transforms[0]?.changes).toEqual(changes)
  })
})

describe('built-in transforms', () => {
  const schema = struct({ id: { type: 'int32' }, name: { type: 'string', optional: true, default: 'none' } })
  const withSchema: RecordData = { ...record, valueSchema: schema }

  it('make a key of a field of the value, as JDBC configurations do', () => {
    const chain = open({
      transforms: 'createKey,extractInt',
      'transforms.createKey.type': 'org.apache.kafka.connect.transforms.ValueToKey',
      'transforms.createKey.fields': 'id',
      'transforms.extractInt.type': 'org.apache.kafka.connect.transforms.ExtractField$Key',
      'transforms.extractInt.field': 'id',
    })
    expect(chain.apply(withSchema)).toEqual({ ...withSchema, key: 1, keySchema: { type: 'int32' } })
    expect(chain.apply(record)).toEqual({ ...record, key: 1 })
    // as the JVM has it: what has no schema may lack fields
    expect(chain.apply({ topic: 't', value: { name: 'x' } })?.key).toBeNull()
    expect(() => chain.apply({ ...withSchema, valueSchema: struct({}) })).toThrow('no field id')
    expect(() => chain.apply({ topic: 't', value: 5 })).toThrow('Only named fields')
  })

  it('take a field of the value, or its default', () => {
    const chain = open({
      transforms: 'e',
      'transforms.e.type': 'ExtractField$Value',
      'transforms.e.field': 'name',
    })
    expect(chain.apply(withSchema)?.value).toBe('x')
    expect(chain.apply({ ...withSchema, value: { id: 1, name: null } })?.value).toBe('none')
    expect(chain.apply({ topic: 't', value: null })?.value).toBeNull()
  })

  it('drop and rename fields', () => {
    const chain = open({
      transforms: 'r',
      'transforms.r.type': 'ReplaceField$Value',
      'transforms.r.exclude': 'name',
      'transforms.r.renames': 'id:key',
    })
    expect(chain.apply(withSchema)).toMatchObject({
      value: { key: 1 },
      valueSchema: { fields: [{ name: 'key', schema: { type: 'int32' } }] },
    })
  })

  it('rename topics that match as a whole', () => {
    const chain = open({
      transforms: 'r',
      'transforms.r.type': 'RegexRouter',
      'transforms.r.regex': 'db-(.*)',
      'transforms.r.replacement': 'app.$1',
    })
    expect(chain.apply({ ...record, topic: 'db-orders' })?.topic).toBe('app.orders')
    expect(chain.apply({ ...record, topic: 'my-db-orders' })?.topic).toBe('my-db-orders')
    expect([...chain.touches]).toEqual(['topic'])
  })
})
