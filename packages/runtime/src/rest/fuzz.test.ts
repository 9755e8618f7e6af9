import { defineSink, defineSource, int, list, secret, string } from '@sluice/template'
import fc from 'fast-check'
import { connectorOf } from '../worker/fixtures/connector-of.ts'
import { type Answer, type RestScene, restScene } from './testing/rest-scene.ts'

const tables = defineSource({
  name: 'tables',
  version: '1.2.3',
  doc: 'For tests.',
  config: {
    tables: list({ doc: 'Tables.' }),
    batch: int({ doc: 'Batch.', default: 10 }),
    password: secret({ doc: 'Password.', optional: true }),
  },
  parseOffset: (raw) => {
    const { id } = raw as { id?: unknown }
    if (typeof id !== 'number') throw new Error('There is no id.')
    return { id }
  },
  alterOffsets: async () => {},
  open: async () => ({ poll: async () => [] }),
})
const lake = defineSink({
  name: 'lake',
  version: '1.0.0',
  doc: 'For tests.',
  config: { folder: string({ doc: 'Folder.' }) },
  open: async () => ({ put: async () => {} }),
})

let scene: RestScene
const failures: unknown[] = []
beforeAll(async () => {
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (...line: unknown[]) => void failures.push(line),
    child: () => log,
  }
  scene = await restScene({ plugins: [tables, lake] }, { log })
  await scene.worker.connectors.put('stopped', 'tables', { tables: 'a' })
  await scene.worker.connectors.stop('stopped')
})
afterAll(() => scene[Symbol.asyncDispose]())

const oddNames = [
  'a/b',
  'a b',
  ' ',
  '',
  '../x',
  '..',
  '.',
  '../../etc/passwd',
  'a\\b',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'ä',
  '🚰',
  '\u202e',
  'a\u0000b',
  'a\nb',
  '%2F',
  '%',
  '?',
  '#',
  'x'.repeat(5000),
  'stopped',
]
const name = fc.oneof(fc.constantFrom(...oddNames), fc.string({ unit: 'binary' }), fc.string())
const key = fc.oneof(
  fc.constantFrom(
    'name',
    'connector.class',
    'tasks.max',
    'tables',
    'topics',
    'topics.regex',
    'transforms',
    'transforms.a.type',
    'predicates',
    'key.converter',
    'key.converter.schemas.enable',
    'errors.tolerance',
    'producer.override.acks',
    'topic.creation.groups',
    'config',
    'level',
    'offsets',
    'partition',
    'offset',
    ...oddNames,
  ),
  fc.string(),
)
const value = fc.oneof(
  fc.constantFrom(
    'tables',
    'lake',
    'node:fs',
    '../evil.js',
    'JsonConverter',
    'a',
    '-1',
    '999999999999',
    'RUNNING',
  ),
  fc.jsonValue(),
  fc.bigInt(),
)

/** JSON with numbers that no double holds, and with `__proto__` as a key. */
function text(json: unknown): string {
  return JSON.stringify(json, (_key, member) =>
    typeof member === 'bigint' ? `@${member}@` : member,
  ).replaceAll(/"@(-?\d+)@"/g, '$1')
}

const settings = fc.array(fc.tuple(key, value), { maxLength: 8 }).map((pairs) => {
  const object: Record<string, unknown> = Object.create(null)
  for (const [one, member] of pairs) object[one] = member
  return object
})
const offsets = fc.record(
  {
    offsets: fc.oneof(
      fc.jsonValue(),
      fc.array(
        fc.oneof(
          fc.jsonValue(),
          fc.record(
            { partition: fc.oneof(settings, fc.jsonValue()), offset: fc.oneof(settings, fc.jsonValue()) },
            { requiredKeys: [] },
          ),
        ),
      ),
    ),
  },
  { requiredKeys: [] },
)
const creation = fc.record(
  {
    name: fc.oneof(name, value),
    config: fc.oneof(settings, value),
    initial_state: fc.oneof(fc.constantFrom('RUNNING', 'paused', 'x'), value),
    unknown: value,
  },
  { requiredKeys: [] },
)
const body = fc.oneof(
  settings.map(text),
  creation.map(text),
  offsets.map(text),
  fc.jsonValue().map(text),
  fc.string(),
  fc.constantFrom(
    '{',
    '',
    'null',
    '[]',
    '{"a":1,}',
    '{"a":NaN}',
    `{"a":"${'x'.repeat(5000)}"}`,
    '\ufeff{}',
    '"',
    '[[[[[[[[',
  ),
  settings.map((one) => text(one).slice(0, -1)),
)
const path = fc
  .tuple(
    fc.constantFrom(
      ['POST', '/connectors'],
      ['PUT', '/connectors/NAME/config'],
      ['PATCH', '/connectors/NAME/config'],
      ['PATCH', '/connectors/stopped/config'],
      ['PATCH', '/connectors/stopped/offsets'],
      ['PATCH', '/connectors/NAME/offsets'],
      ['PUT', '/connector-plugins/NAME/config/validate'],
      ['PUT', '/connector-plugins/tables/config/validate'],
      ['PUT', '/connector-plugins/lake/config/validate'],
      ['PUT', '/admin/loggers/NAME'],
      ['POST', '/connectors/NAME/restart'],
      ['POST', '/connectors/NAME/tasks/NAME/restart'],
      ['PUT', '/connectors/NAME/pause'],
      ['PUT', '/connectors/NAME/stop'],
      ['POST', '/connectors/NAME/tasks'],
      ['DELETE', '/connectors/NAME/offsets'],
    ),
    name,
    fc.boolean(),
  )
  .map(([[method = '', url = ''], one, raw]) => ({
    method,
    url: url.replaceAll('NAME', () => (raw && /^[!-~]+$/.test(one) ? one : encoded(one))),
  }))

function encoded(one: string): string {
  return encodeURIComponent(one.toWellFormed())
}

function expectDecent({ status, body: answer }: Answer): void {
  expect(status).toBeLessThan(500)
  if (status < 400) return
  expect(answer).toEqual({ error_code: status, message: expect.any(String) })
  const { message } = answer as { readonly message: string }
  expect(message).not.toBe('')
  expect(message).not.toMatch(/\n\s+at |node_modules|TypeError|\.ts:\d/)
}

describe('whatever is sent', () => {
  it('is answered with a code and a sentence, and the worker goes on', async () => {
    await fc.assert(
      fc.asyncProperty(path, body, async ({ method, url }, payload) => {
        expectDecent(await scene.call(method, url, payload))
      }),
      { numRuns: 1500 },
    )
    for (const one of scene.worker.connectors.names()) await connectorOf(scene.worker, one).settled()
    expect(await scene.call('GET', '/connectors?expand=status&expand=info')).toMatchObject({ status: 200 })
    expect(failures).toEqual([])
    expect(Object.keys(Object.prototype)).toEqual([])
  }, 60_000)

  it('may be ten megabytes', async () => {
    const large = JSON.stringify({
      name: 'large',
      config: { 'connector.class': 'tables', tables: 'x'.repeat(10 ** 7) },
    })
    expect(await scene.call('POST', '/connectors', large)).toMatchObject({
      status: 413,
      body: { error_code: 413, message: expect.any(String) },
    })
    const deep = '['.repeat(10 ** 6)
    expect(await scene.call('POST', '/connectors', deep)).toMatchObject({ status: 400 })
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(await scene.call('POST', '/connectors', `{"name":"n","config":${nested}}`)).toMatchObject({
      status: 400,
    })
    expect(await scene.call('PATCH', '/connectors/stopped/offsets', `{"offsets":${nested}}`)).toMatchObject({
      status: 400,
    })
  })

  it.each(['gzip', 'br', 'x'])('is not unpacked: %s', async (encoding) => {
    const answer = await scene.call('POST', '/connectors', '{}', { 'content-encoding': encoding })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  })
})
