import { type ConfigFields, defineSink, defineSource, wireNames } from '@sluice/template'
import { createRegistry, pluginOf } from '../plugins/registry.ts'
import { sinkFields, sourceFields, workerTaskFields } from '../task/settings.ts'
import { clientSettings } from '../kafka/settings/setting-classes.ts'
import { ConfigError } from '../task/config-error.ts'
import { entryFor } from './classify.ts'
import { connectorFields } from './connector-fields.ts'
import { readConnectorConfig } from './connector-config.ts'
import {
  connectorSettings,
  type SettingClass,
  sinkSettings,
  sourceSettings,
  workerSettings,
} from './setting-classes.ts'
import { readWorkerConfig } from './worker-config.ts'
import { workerFields } from './worker-fields.ts'

/** Every worker setting of Kafka Connect 4.x, FEATURES 1.2; one example for a family. */
const workerNames = `
bootstrap.servers client.dns.lookup key.converter value.converter header.converter key.converter.schemas.enable
key.converter.plugin.version value.converter.plugin.version header.converter.plugin.version
task.shutdown.graceful.timeout.ms offset.flush.interval.ms offset.flush.timeout.ms plugin.path plugin.discovery config.providers
config.providers.file.class connector.client.config.override.policy connector.client.config.override.allowlist
metrics.sample.window.ms metrics.num.samples metrics.recording.level metric.reporters topic.tracking.enable
topic.tracking.allow.reset topic.creation.enable
listeners rest.advertised.host.name rest.advertised.port rest.advertised.listener admin.listeners
admin.listeners.https.ssl.keystore.location access.control.allow.origin access.control.allow.methods rest.extension.classes
response.http.headers.config ssl.client.auth listeners.https.ssl.keystore.location
group.id session.timeout.ms rebalance.timeout.ms heartbeat.interval.ms worker.sync.timeout.ms worker.unsync.backoff.ms
config.storage.topic config.storage.replication.factor config.storage.cleanup.policy offset.storage.topic offset.storage.partitions
offset.storage.replication.factor status.storage.topic status.storage.partitions status.storage.replication.factor
internal.topics.automatic.creation.enable connect.protocol scheduled.rebalance.max.delay.ms
inter.worker.key.generation.algorithm inter.worker.key.size inter.worker.key.ttl.ms inter.worker.signature.algorithm
inter.worker.verification.algorithms exactly.once.source.support metadata.max.age.ms metadata.recovery.strategy
metadata.recovery.rebootstrap.trigger.ms metadata.cluster.check.enable client.id send.buffer.bytes receive.buffer.bytes
reconnect.backoff.ms reconnect.backoff.max.ms retry.backoff.ms retry.backoff.max.ms request.timeout.ms connections.max.idle.ms
security.protocol sasl.mechanism sasl.jaas.config ssl.truststore.location
offset.storage.file.filename producer.acks consumer.max.poll.records admin.retries
`.match(/\S+/g)!

/** The same of FEATURES 1.3. */
const connectorNames = `
name connector.class connector.plugin.version key.converter.plugin.version value.converter.plugin.version
header.converter.plugin.version transforms.a.plugin.version tasks.max tasks.max.enforce key.converter value.converter header.converter
key.converter.schemas.enable config.action.reload transforms predicates transforms.a.type transforms.a.predicate predicates.p.type
errors.retry.timeout errors.retry.delay.max.ms errors.tolerance errors.log.enable errors.log.include.messages
producer.override.acks consumer.override.max.poll.records admin.override.retries
`.match(/\S+/g)!
const sinkNames = [
  'topics',
  'topics.regex',
  'errors.deadletterqueue.topic.name',
  'errors.deadletterqueue.topic.replication.factor',
  'errors.deadletterqueue.context.headers.enable',
]
const sourceNames = [
  'topic.creation.groups',
  'topic.creation.default.partitions',
  'topic.creation.g.include',
  'exactly.once.support',
  'transaction.boundary',
  'transaction.boundary.interval.ms',
  'offsets.storage.topic',
]

const definition = {
  version: '1',
  doc: 'For tests.',
  config: {},
}
const source = defineSource({
  ...definition,
  name: 'source',
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})
const sink = defineSink({ ...definition, name: 'sink', open: async () => ({ put: async () => {} }) })
const registry = createRegistry([source, sink].map(pluginOf))

interface Effect {
  readonly refused: boolean
  readonly warned: boolean
}

/** What really happens to a setting when a worker or a connector has it. */
function workerEffect(name: string): Effect {
  try {
    const settings = new Map([
      ['bootstrap.servers', 'a:1'],
      [name, 'odd'],
    ])
    const { warnings } = readWorkerConfig(settings)
    return { refused: false, warned: warnings.some((warning) => warning.startsWith(`${name} `)) }
  } catch (error) {
    const reason = entryFor(name, workerSettings)?.reason
    return { refused: (error as ConfigError).issues.some(({ message }) => message === reason), warned: false }
  }
}

function connectorEffect(kind: 'source' | 'sink', name: string): Effect {
  const settings = new Map([
    ['name', 'a'],
    ['connector.class', kind],
    [name, 'odd'],
  ])
  const read = readConnectorConfig(settings, {
    registry,
    policy: { policy: 'All', allowlist: [] },
    exactlyOnce: true,
  })
  const reason = entryFor(name, [...sourceSettings, ...connectorSettings])?.reason
  return {
    refused: read.issues.some(({ field, message }) => field === name && message === reason),
    warned: read.warnings.some((warning) => warning.startsWith(`${name} `)),
  }
}

/** Does something read it: a field that is declared, a converter, a client? */
function isDeclared(name: string, fields: readonly ConfigFields[]): boolean {
  return fields.some((some) =>
    [...wireNames(some)].some(
      ([key, field]) => key === name || (field.kind !== 'field' && name.startsWith(key)),
    ),
  )
}
const readElsewhere =
  /^(key|value|header)\.converter\.|^(transforms|predicates)\.|^(producer|consumer|admin)\./

describe('the table of settings', () => {
  it.each(workerNames)('classes %s of a worker, truly', (name) => {
    const entry = entryFor(name, workerSettings)
    expect(entry?.class).toBeDefined()
    expect(workerEffect(name)).toEqual({
      refused: entry?.class === 'refused',
      warned: entry?.class === 'warned',
    })
    if (entry?.class !== 'honoured') return
    const client = clientSettings.some((row) => row.name === name && row.class === 'honoured')
    expect(client || readElsewhere.test(name) || isDeclared(name, [workerFields, workerTaskFields])).toBe(
      true,
    )
  })

  it.each([
    ...connectorNames.map((name) => ['source' as const, name] as const),
    ...connectorNames.map((name) => ['sink' as const, name] as const),
    ...sourceNames.map((name) => ['source' as const, name] as const),
    ...sinkNames.map((name) => ['sink' as const, name] as const),
  ])('classes a %s’s %s, truly', (kind, name) => {
    const own: readonly SettingClass[] = kind === 'source' ? sourceSettings : sinkSettings
    const entry = entryFor(name, [...connectorSettings, ...own])
    expect(entry?.class).toBeDefined()
    if (name !== 'name' && name !== 'connector.class') {
      expect(connectorEffect(kind, name)).toEqual({
        refused: entry?.class === 'refused',
        warned: entry?.class === 'warned',
      })
    }
    if (entry?.class !== 'honoured') return
    const fields = [connectorFields, kind === 'source' ? sourceFields : sinkFields]
    expect(readElsewhere.test(name) || isDeclared(name, fields)).toBe(true)
  })

  it('leaves what does no harm in peace', () => {
    const settings = new Map([
      ['bootstrap.servers', 'a:1'],
      ['exactly.once.source.support', 'disabled'],
      ['access.control.allow.origin', ''],
      ['client.dns.lookup', 'use_all_dns_ips'],
    ])
    expect(readWorkerConfig(settings).warnings).toEqual([])
  })

  it('says why, for whatever is not done', () => {
    const all = [...workerSettings, ...connectorSettings, ...sourceSettings, ...sinkSettings]
    const silent = all.filter(
      ({ class: kind, reason }) => kind !== 'honoured' && !/^(does|is) /.test(reason ?? ''),
    )
    expect(silent).toEqual([])
  })

  it('warns about a name that nobody knows', () => {
    const { warnings } = readWorkerConfig(
      new Map([
        ['bootstrap.servers', 'a:1'],
        ['ofset.flush.interval.ms', '1'],
      ]),
    )
    expect(warnings).toEqual(['ofset.flush.interval.ms is no setting of a worker; is it spelled right?'])
  })

  it('names ten wrong settings at once', () => {
    const wrong: ReadonlyArray<[string, string]> = [
      ['offset.flush.interval.ms', 'soon'],
      ['task.shutdown.graceful.timeout.ms', '-1'],
      ['topic.tracking.enable', 'maybe'],
      ['topic.creation.enable', '1'],
      ['rest.advertised.port', '70000'],
      ['task.isolation', 'process'],
      ['task.threads', 'all'],
      ['connector.client.config.override.policy', 'Some'],
      ['rest.extension.classes', 'org.example.Login'],
    ]
    try {
      readWorkerConfig(new Map(wrong))
      expect(true).toBe(false)
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      const fields = (error as ConfigError).issues.map(({ field }) => field)
      expect(fields.toSorted()).toEqual(['bootstrap.servers', ...wrong.map(([name]) => name)].toSorted())
    }
  })
})
