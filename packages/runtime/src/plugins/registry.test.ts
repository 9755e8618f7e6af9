import { defineConverter, defineSink, defineSource } from '@sluice/template'
import { createRegistry, type Plugin, pluginOf } from './registry.ts'

const common = { version: '1', doc: 'For tests.', config: {} }
const jdbc = defineSource({
  ...common,
  name: 'postgres',
  aliases: ['io.confluent.connect.jdbc.JdbcSourceConnector'],
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})
const sink = defineSink({ ...common, name: 'elasticsearch', open: async () => ({ put: async () => {} }) })
const json = defineConverter({
  ...common,
  name: 'org.apache.kafka.connect.json.JsonConverter',
  open: () => ({ toBytes: () => null, fromBytes: () => ({ value: null }) }),
})
const packaged: Plugin = {
  ...pluginOf(sink),
  origin: { url: 'file:///plugins/index.js', exportName: 'elasticsearchSink' },
  from: '@sluice/sink-elasticsearch',
}
const registry = createRegistry([pluginOf(jdbc), packaged, pluginOf(json)])

describe('the registry of plug-ins', () => {
  it.each(['postgres', 'io.confluent.connect.jdbc.JdbcSourceConnector', 'JdbcSourceConnector', 'JdbcSource'])(
    'finds a connector as %s',
    (name) => {
      expect(registry.connector(name).definition).toBe(jdbc)
    },
  )

  it.each(['@sluice/sink-elasticsearch', 'file:///plugins/index.js'])(
    'finds it by where it is: %s',
    (name) => {
      expect(registry.get('sink', name).definition).toBe(sink)
    },
  )

  it('finds a converter by its class or the short form of it', () => {
    expect(registry.find('converter', 'org.apache.kafka.connect.json.JsonConverter')).toBe(json)
    expect(registry.find('converter', 'JsonConverter')).toBe(json)
  })

  it.each(['nothing', '__proto__', 'constructor', '../evil.js', 'node:fs', ''])(
    'knows nothing else, and says what there is: %s',
    (name) => {
      expect(() => registry.connector(name)).toThrow(
        `There is no source or sink "${name}". Loaded are: elasticsearch, postgres.`,
      )
    },
  )

  it('keeps the first of two namesakes', () => {
    const own = createRegistry([pluginOf(jdbc)])
    const namesake = pluginOf(defineSource({ ...jdbc, doc: 'Another one.' }))
    expect(own.add(namesake)?.definition).toBe(jdbc)
    expect(own.connector('postgres').definition).toBe(jdbc)
  })

  it('takes definitions only', () => {
    expect(() => pluginOf({ name: 'x' })).toThrow(
      'A plug-in is what defineSource, defineSink and their like return.',
    )
  })
})
