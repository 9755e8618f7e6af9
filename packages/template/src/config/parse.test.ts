import fc from 'fast-check'
import * as fields from './kinds.ts'
import { MASK, maskSecrets } from './mask.ts'
import { parseConfig } from './parse.ts'

const declared = {
  connectionUrl: fields.string({ doc: 'Says where.' }),
  batchMaxRows: fields.int({ doc: 'Limits rows.', default: 1000, validate: fields.between(1) }),
  mode: fields.oneOf(['bulk', 'incrementing'], { doc: 'Chooses how.', default: 'bulk' }),
  tables: fields.regexList({
    doc: 'Names tables.',
    optional: true,
    name: 'table.include.list',
    aliases: ['table.whitelist'],
  }),
  wait: fields.durationMs({ doc: 'Waits, in milliseconds.', default: 5000 }),
  size: fields.bytes({ doc: 'Limits bytes.', default: 1024 }),
  password: fields.secret({ doc: 'Opens the door.', optional: true }),
  overrides: fields.prefix('producer.override.', { doc: 'Overrides the producer.' }),
  creation: fields.groups('topic.creation.', {
    doc: 'Creates topics.',
    fields: {
      replicationFactor: fields.int({ doc: 'Copies.' }),
      include: fields.list({ doc: 'Topics.', default: [] }),
    },
  }),
}

const parse = (settings: Record<string, string>) => parseConfig(declared, new Map(Object.entries(settings)))

describe('parseConfig', () => {
  it('reads every kind, with defaults', () => {
    const { config, issues } = parse({
      'connection.url': ' postgres://h/db ',
      'table.include.list': 'public\\.a, public\\.b',
      wait: '10s',
      size: '64k',
      'producer.override.linger.ms': '5',
      'topic.creation.default.replication.factor': '3',
      'topic.creation.a.b.include': 'x,y',
      'topic.creation.a.b.replication.factor': '1',
    })
    expect(issues).toEqual([])
    expect(config).toMatchObject({
      connectionUrl: 'postgres://h/db',
      batchMaxRows: 1000,
      mode: 'bulk',
      wait: 10_000,
      size: 65_536,
    })
    expect(config?.tables?.map((table) => table.test('public.b'))).toEqual([false, true])
    expect({ ...config?.overrides }).toEqual({ 'linger.ms': '5' })
    expect([...config!.creation.keys()]).toEqual(['default', 'a.b'])
    expect(config!.creation.get('a.b')).toEqual({ replicationFactor: 1, include: ['x', 'y'] })
  })

  it('reports every issue at once, each under its key on the wire', () => {
    const { config, issues } = parse({
      'batch.max.rows': '0',
      mode: 'sideways',
      wait: 'soon',
      size: '-',
      'table.include.list': '(',
      'topic.creation.default.replication.factor': 'x',
      'topic.creation.default.partition': '1',
    })
    expect(config).toBeUndefined()
    expect(issues.map((issue) => issue.field).toSorted()).toEqual([
      'batch.max.rows',
      'connection.url',
      'mode',
      'size',
      'table.include.list',
      'topic.creation.default.partition',
      'topic.creation.default.replication.factor',
      'wait',
    ])
    expect(issues.find((issue) => issue.field === 'batch.max.rows')?.message).toBe(
      'must be at least 1, not 0',
    )
  })

  it('names the keys that nothing claims, and the older names that were used', () => {
    const { unclaimed, deprecated } = parse({
      'connection.url': 'x',
      'batch.max.row': '5',
      'table.whitelist': 'a',
    })
    expect(unclaimed).toEqual(['batch.max.row'])
    expect(deprecated).toEqual([{ used: 'table.whitelist', instead: 'table.include.list' }])
  })

  it('never throws, whatever the settings are', () => {
    const keys = fc.constantFrom(
      'connection.url',
      'mode',
      'wait',
      '__proto__',
      'topic.creation.',
      'topic.creation.x',
      'size',
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(keys, fc.string()), fc.string())), (entries) => {
        const parsed = parseConfig(declared, new Map(entries))
        expect(parsed.config === undefined).toBe(parsed.issues.length > 0)
      }),
    )
  })
})

describe('maskSecrets', () => {
  it('masks declared secrets and whatever looks like one', () => {
    const shown = maskSecrets(
      declared,
      new Map([
        ['password', 'a'],
        ['sasl.jaas.config', 'b'],
        ['mode', 'bulk'],
      ]),
    )
    expect([...shown.values()]).toEqual([MASK, MASK, 'bulk'])
  })

  it('shows references to config providers, which tell where a secret is', () => {
    const settings = {
      'connection.password': '${file:/run/secrets/db.properties:password}',
      'x.token': '${env:A}${env:B}',
      'connection.url': 'postgres://app:${env:PASSWORD}@db/shop?sslpassword=${env:OTHER}',
    }
    const shown = maskSecrets(declared, new Map(Object.entries(settings)))
    expect(Object.fromEntries(shown)).toEqual(settings)
    const mixed = new Map([
      ['x.token', 'abc${env:A}'],
      ['connection.url', 'postgres://app:x${env:P}@db/'],
    ])
    expect([...maskSecrets(declared, mixed).values()]).toEqual([MASK, `postgres://app:${MASK}@db/`])
  })

  it('masks all under a secret prefix but what is declared by itself', () => {
    const family = {
      connectionUrl: fields.string({ doc: 'Where.', aliases: ['connection.address'] }),
      connectionKey: fields.secret({ doc: 'Secret.' }),
      connection: fields.prefix('connection.', { doc: 'Parameters.', secret: true }),
    }
    const settings = {
      'connection.url': 'u',
      'connection.address': 'a',
      'connection.key': 'k',
      'connection.x': 'x',
    }
    const shown = maskSecrets(family, new Map(Object.entries(settings)))
    expect([...shown.values()]).toEqual(['u', 'a', MASK, MASK])
  })

  it.each([
    [
      'postgres://app:p:w%20d@db:5432/shop?sslmode=require',
      'postgres://app:********@db:5432/shop?sslmode=require',
    ],
    [
      'jdbc:postgresql://db/shop?user=u&password=s&sslpassword=t#x',
      'jdbc:postgresql://db/shop?user=u&password=********&sslpassword=********#x',
    ],
    ['http://a:s@one:9200,http://b:t@two:9200', 'http://a:********@one:9200,http://b:********@two:9200'],
    ['http://one:9200/path:x@y', 'http://one:9200/path:x@y'],
  ])('masks only the password in %s', (url, shown) => {
    expect(maskSecrets(declared, new Map([['connection.url', url]])).get('connection.url')).toBe(shown)
  })
})

describe('long', () => {
  it('is exact to 64 bits and refuses more', () => {
    const field = fields.long({ doc: 'An id.' })
    expect(field.parse('9223372036854775807')).toBe(2n ** 63n - 1n)
    expect(() => field.parse('9223372036854775808')).toThrow('must lie between')
  })
})
