import { defineSource } from '@sluice/template'
import { readConnectorConfig } from '../../config/connector-config.ts'
import { readWorkerConfig } from '../../config/worker-config.ts'
import { createRegistry, pluginOf } from '../../plugins/registry.ts'
import type { ConfigError } from '../../task/config-error.ts'
import { hasCheck, runCheck } from '../../worker/connector-code.ts'

type Answers = Partial<Record<'exactlyOnce' | 'transactionBoundaries', () => 'supported' | 'unsupported'>>
const source = (answers: Answers) =>
  pluginOf(
    defineSource({
      name: 'source',
      version: '1',
      doc: 'For tests.',
      config: {},
      parseOffset: (raw) => raw,
      open: async () => ({ poll: async () => [] }),
      ...answers,
    }),
  )
const supported: Answers = { exactlyOnce: () => 'supported', transactionBoundaries: () => 'supported' }
const throws = (): never => {
  throw new Error('There is no table.')
}

async function issues(answers: Answers, asked: Record<string, string>) {
  const settings = new Map(Object.entries(asked))
  const signal = AbortSignal.timeout(5000)
  const plugin = source(answers)
  expect(hasCheck(plugin, settings)).toBe(true)
  return runCheck({ plugin, settings, resolve: async () => settings, signal })
}

describe('what is asked of a source beyond at least once', () => {
  const required = { 'exactly.once.support': 'required' }
  const connector = { 'transaction.boundary': 'connector' }

  it.each([
    ['says nothing of it', {}, required, 'exactly.once.support', /^The connector does not implement the API/],
    [
      'does not do it',
      { exactlyOnce: () => 'unsupported' as const },
      required,
      'exactly.once.support',
      /^The connector does not support exactly-once semantics with the provided configuration\.$/,
    ],
    [
      'can not say',
      { exactlyOnce: throws },
      required,
      'exactly.once.support',
      /^An unexpected error occurred during validation: There is no table\.$/,
    ],
    [
      'sets no boundaries',
      { exactlyOnce: () => 'supported' as const },
      connector,
      'transaction.boundary',
      /^The connector does not support connector-defined transaction boundaries with the given configuration\./,
    ],
  ])(
    'is refused in the words of Kafka Connect where the connector %s',
    async (_, answers, asked, field, message) => {
      expect(await issues(answers, asked)).toEqual([
        { field, message: expect.stringMatching(message) as string },
      ])
    },
  )

  it('is no issue where the connector does it', async () => {
    expect(await issues(supported, { ...required, ...connector })).toEqual([])
  })

  it('is refused where the worker does not do it', () => {
    const settings = new Map(Object.entries({ name: 'a', 'connector.class': 'source', ...required }))
    const registry = createRegistry([source(supported)])
    const read = (exactlyOnce: boolean) =>
      readConnectorConfig(settings, { registry, policy: { policy: 'All', allowlist: [] }, exactlyOnce })
        .issues
    expect(read(false)).toEqual([
      {
        field: 'exactly.once.support',
        message: 'This worker does not have exactly-once source support enabled.',
      },
    ])
    expect(read(true)).toEqual([])
  })
})

describe('a worker of exactly-once sources', () => {
  const worker = (more: Record<string, string>, mode?: 'standalone') => {
    const settings = { 'bootstrap.servers': 'a:1', 'exactly.once.source.support': 'enabled', ...more }
    try {
      readWorkerConfig(new Map(Object.entries(settings)), mode ? { mode } : {})
      return []
    } catch (error) {
      return (error as ConfigError).issues.map(({ field }) => field)
    }
  }

  it('keeps offsets in a topic', () => {
    expect(worker({ 'offset.storage.topic': 'offsets' }, 'standalone')).toEqual([])
    expect(worker({}, 'standalone')).toEqual(['offset.storage.topic'])
    expect(worker({ 'offset.storage.file.filename': '/tmp/offsets' })).toEqual([
      'offset.storage.file.filename',
    ])
  })
})
