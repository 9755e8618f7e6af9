import { readFileSync } from 'node:fs'
import { consumerConfig } from '../consumer-config.ts'
import { adminConfig } from './admin-settings.ts'
import { settingClass, settingWarnings } from './classify.ts'
import { producerConfig } from './producer-settings.ts'
import { type ClientKind, clientSettings } from './setting-classes.ts'

/** Every setting of the clients of Kafka 4.1 and which of them have it, printed by their own ConfigDefs. */
const names = readFileSync(new URL('golden/kafka-4.1-clients.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' '))

const servers = { 'bootstrap.servers': 'a:1' }
const login = {
  'security.protocol': 'SASL_SSL',
  'sasl.mechanism': 'PLAIN',
  'sasl.jaas.config':
    'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";',
}
const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'

/** A value other than the default for each honoured setting, with what it needs beside it. */
const samples: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'bootstrap.servers': { 'bootstrap.servers': 'b:2' },
  'client.id': { 'client.id': 'me' },
  'security.protocol': { 'security.protocol': 'SSL' },
  'sasl.mechanism': { ...login, 'sasl.mechanism': 'PLAIN' },
  'sasl.jaas.config': { ...login, 'sasl.jaas.config': login['sasl.jaas.config'].replace('"u"', '"v"') },
  'ssl.enabled.protocols': { 'security.protocol': 'SSL', 'ssl.enabled.protocols': 'TLSv1.3' },
  'ssl.endpoint.identification.algorithm': {
    'security.protocol': 'SSL',
    'ssl.endpoint.identification.algorithm': '',
  },
  'ssl.truststore.certificates': { 'security.protocol': 'SSL', 'ssl.truststore.certificates': pem },
  acks: { acks: '1' },
  'compression.type': { 'compression.type': 'zstd' },
  'enable.idempotence': { 'enable.idempotence': 'false' },
  'auto.offset.reset': { 'auto.offset.reset': 'latest' },
  'check.crcs': { 'check.crcs': 'false' },
  'client.rack': { 'client.rack': 'r' },
  'heartbeat.interval.ms': { 'heartbeat.interval.ms': '5000' },
  'exclude.internal.topics': { 'exclude.internal.topics': 'false' },
  'group.instance.id': { 'group.instance.id': 'i' },
  'isolation.level': { 'isolation.level': 'read_committed' },
  'partition.assignment.strategy': {
    'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.RoundRobinAssignor',
  },
  'max.in.flight.requests.per.connection': { 'max.in.flight.requests.per.connection': '2' },
}
/** Shown by tests of their own: files, and levels within a codec. `group.id` is read by who makes the consumer. */
const shownElsewhere =
  /^(ssl\.(key|trust)store\.|ssl\.key\.password|compression\.(gzip|zstd)\.level|group\.id)/

const configOf = (kind: ClientKind, settings: Readonly<Record<string, string>>): string => {
  const all = { ...servers, ...settings }
  const parts = kind === 'producer' ? producerConfig(all, {}) : adminConfig(all, {})
  const config = kind === 'consumer' ? { ...parts, ...consumerConfig(all) } : parts
  return JSON.stringify(config, (_, value: unknown) => (typeof value === 'function' ? 'function' : value))
}

describe('the classes of client settings', () => {
  it.each(names)('have %s', (name = '', ...kinds) => {
    for (const kind of kinds as ClientKind[]) {
      const row = settingClass(name, kind)
      expect(row).toBeDefined()
      expect(row?.clients ?? [kind]).toContain(kind)
    }
  })

  const honoured = clientSettings.filter((row) => row.class === 'honoured' && !shownElsewhere.test(row.name))
  it.each(honoured)('do not lie about $name', ({ name, clients }) => {
    const kind = clients?.[0] ?? 'producer'
    const changed = samples[name] ?? { [name]: '54321' }
    const [without] = [{ ...changed, [name]: undefined }]
    const base = Object.fromEntries(
      Object.entries(without).filter(([, value]) => value !== undefined),
    ) as Record<string, string>
    const before = name.startsWith('sasl.') ? configOf(kind, {}) : configOf(kind, base)
    expect(configOf(kind, changed)).not.toBe(before)
  })

  it('refuse, with a reason, what would change what is delivered', () => {
    const settings = {
      ...servers,
      'interceptor.classes': 'com.acme.Mask',
      'partitioner.class': 'com.acme.Mine',
      'transactional.id': 'tx',
    }
    expect(() => producerConfig(settings, {})).toThrow(
      /interceptor\.classes.*partitioner\.class.*transactional\.id/,
    )
  })

  it('say nothing of values that ask for what is done anyway', () => {
    expect(() =>
      producerConfig({ ...servers, 'partitioner.class': '', 'partitioner.ignore.keys': 'false' }, {}),
    ).not.toThrow()
    expect(
      settingWarnings({ 'enable.auto.commit': 'FALSE', 'client.dns.lookup': 'use_all_dns_ips' }, 'consumer'),
    ).toEqual([])
  })

  it('warn by name of what is unknown or does nothing', () => {
    expect(settingWarnings({ 'linger.msec': '5', 'metric.reporters': 'x', acks: 'all' }, 'producer')).toEqual(
      [
        "The Kafka client setting linger.msec isn't known and does nothing.",
        'The Kafka client setting metric.reporters does nothing: there is no JMX; figures are at /metrics.',
      ],
    )
  })

  it('leave alone the settings of other clients among shared ones', () => {
    expect(settingWarnings({ 'client.rack': 'a', 'linger.ms': '5' }, 'admin')).toEqual([])
  })
})
