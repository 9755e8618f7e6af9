import { readFileSync } from 'node:fs'
import kafkajs, { type Admin as AclAdmin } from 'kafkajs'
import { createKafka } from './create-kafka.ts'
import { type SecureKafka, startSecureKafka } from './testing/secure-kafka.ts'
import type { Delivery, Kafka, OutgoingRecord, ProducerIdentity } from './types.ts'

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs

interface Right {
  readonly holder: string
  readonly resource: string
  readonly operations: readonly string[]
}

/** The first table of the page. */
const documented = (): readonly Right[] => {
  const page = readFileSync(new URL('../../../../docs/RIGHTS.md', import.meta.url), 'utf8')
  const [, table = ''] = page.split('| --- | --- | --- |\n', 2)
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n')
  return rows.map((row) => {
    const [, holder = '', resource = '', operations = ''] = row.split('|').map((cell) => cell.trim())
    return { holder, resource, operations: operations.split(', ') }
  })
}

/** A resource of the page as one of the test's. */
const resourceOf = ({
  holder,
  resource,
}: Right): { type: kafkajs.AclResourceTypes; name: string; pattern: kafkajs.ResourcePatternTypes } => {
  const { LITERAL, PREFIXED } = ResourcePatternTypes
  if (resource.startsWith('transactional id '))
    return { type: AclResourceTypes.TRANSACTIONAL_ID, name: 'connect-cluster-workers', pattern: LITERAL }
  if (resource.startsWith('the group `<group.id>'))
    return { type: AclResourceTypes.GROUP, name: 'workers', pattern: LITERAL }
  if (resource.includes('configurations'))
    return { type: AclResourceTypes.TOPIC, name: 'configs', pattern: LITERAL }
  if (resource.startsWith('transactional ids')) {
    const name = resource.includes('group.id') ? 'workers-' : 'sluice-'
    return { type: AclResourceTypes.TRANSACTIONAL_ID, name, pattern: PREFIXED }
  }
  if (resource.startsWith('the group'))
    return { type: AclResourceTypes.GROUP, name: 'connect-sink', pattern: LITERAL }
  const kind = holder.includes('offset') ? 'offsets' : holder.includes('dead') ? 'dead-letters' : 'orders'
  return { type: AclResourceTypes.TOPIC, name: kind, pattern: LITERAL }
}

describe('the rights that docs/RIGHTS.md lists', () => {
  let server: SecureKafka
  let acls: AclAdmin
  let kafka: Kafka
  const warnings: string[] = []
  beforeAll(async () => {
    server = await startSecureKafka({
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    })
    acls = new kafkajs.Kafka({ brokers: [server.plain], logLevel: kafkajs.logLevel.NOTHING }).admin()
    await acls.connect()
    const quiet = (): void => undefined
    const warn = (...args: unknown[]): void => void warnings.push(args.map(String).join(' '))
    kafka = createKafka({
      settings: {
        'bootstrap.servers': server.servers.SASL_PLAINTEXT,
        'security.protocol': 'SASL_PLAINTEXT',
        'sasl.mechanism': 'PLAIN',
        'sasl.jaas.config':
          'org.apache.kafka.common.security.plain.PlainLoginModule required username="user" password="secret";',
        'default.api.timeout.ms': '10000',
      },
      log: { debug: quiet, info: quiet, warn, error: warn },
    })
  }, 240_000)
  afterAll(async () => {
    await acls.disconnect()
    await server.stop()
  }, 60_000)

  const grant = async (rights: readonly Right[]): Promise<void> => {
    await acls.createAcls({
      acl: rights.flatMap((right) => {
        const { type, name, pattern } = resourceOf(right)
        return right.operations.map((operation) => ({
          resourceType: type,
          resourceName: name,
          resourcePatternType: pattern,
          principal: 'User:user',
          host: '*',
          operation: AclOperationTypes[operation as keyof typeof AclOperationTypes],
          permissionType: AclPermissionTypes.ALLOW,
        }))
      }),
    })
  }

  const produce = async (topic: string, fencingId?: string): Promise<readonly Delivery<OutgoingRecord>[]> => {
    const deliveries: Delivery<OutgoingRecord>[] = []
    const producer = kafka.producer({
      settings: {},
      ...(fencingId !== undefined && { fencingId: async () => fencingId }),
      delivered: (delivery) => void deliveries.push(delivery),
    })
    await producer.send([{ topic, key: null, value: Buffer.from('1') }])
    await producer.flush()
    await producer.close()
    return deliveries
  }

  it('are missing at first: nothing can be made or written', async () => {
    const admin = kafka.admin()
    await expect(admin.createTopics([{ name: 'orders' }])).rejects.toMatchObject({
      code: 'TOPIC_AUTHORIZATION_FAILED',
    })
    await admin.close()
  }, 60_000)

  it('are enough for a source, a sink, its dead letters and offsets in a topic', async () => {
    await grant(documented())
    const admin = kafka.admin()
    const topics = ['orders', 'dead-letters', 'offsets', 'configs']
    await expect(admin.createTopics(topics.map((name) => ({ name, partitions: 1 })))).resolves.toEqual(
      new Map(topics.map((name) => [name, true])),
    )
    expect((await admin.topicConfigs('offsets')).get('cleanup.policy')).toBe('delete')
    for (const topic of topics) expect(await produce(topic)).toMatchObject([{ baseOffset: 0n }])
    expect(await produce('orders', 'sluice-store-source-0')).toMatchObject([{ baseOffset: 1n }])
    const reader = kafka.reader()
    const read: string[] = []
    await reader.readToEnd('offsets', ({ value }) => read.push(String(value)))
    await reader.close()
    expect(read).toEqual(['1'])
    const partition = { topic: 'orders', partition: 0 }
    const consumer = kafka.consumer({
      groupId: 'connect-sink',
      topics: ['orders'],
      settings: {},
      assigned: () => Promise.resolve(),
      revoked: () => Promise.resolve(),
    })
    let next = 0n
    while (next < 2n) {
      const batches = await consumer.poll({ signal: AbortSignal.timeout(20_000) })
      next = batches.at(-1)?.nextOffset ?? next
    }
    await consumer.commit([{ ...partition, offset: 2n }])
    await consumer.close()
    expect(await admin.groupOffsets('connect-sink', ['orders'])).toMatchObject([{ offset: 2n }])
    expect(await admin.offsets('orders', 'latest')).toEqual(new Map([[0, 2n]]))
    await admin.close()
    expect(warnings).toEqual([])
  }, 60_000)

  it('are enough for a worker of a cluster', async () => {
    const before = warnings.length
    expect(await produce('configs', 'connect-cluster-workers')).toMatchObject([{ baseOffset: 1n }])
    const admin = kafka.admin()
    expect((await admin.topicConfigs('configs')).get('cleanup.policy')).toBe('delete')
    await admin.close()
    const member = kafka.consumer({
      groupId: 'workers',
      topics: ['configs'],
      settings: {},
      assigned: () => Promise.resolve(),
      revoked: () => Promise.resolve(),
    })
    let read = 0
    while (read < 2) {
      for (const { records } of await member.poll({ signal: AbortSignal.timeout(20_000) }))
        read += records.length
    }
    await member.close()
    expect(warnings.slice(before)).toEqual([])
  }, 60_000)

  it('are enough for an exactly-once source and its takeover', async () => {
    const opened = async (last?: ProducerIdentity) => {
      const producer = kafka.transactionalProducer({
        settings: {},
        transactionalId: 'workers-source-0',
        delivered: () => {},
      })
      await producer.init({ last })
      return producer
    }
    const first = await opened()
    first.begin()
    await first.send(['orders', 'offsets'].map((topic) => ({ topic, key: null, value: Buffer.from('t') })))
    await first.commit()
    const second = await opened(first.identity)
    await Promise.all([first.close(), second.close()])
    const other = kafka.transactionalProducer({
      settings: {},
      transactionalId: 'another-source-0',
      delivered: () => {},
    })
    await expect(other.init()).rejects.toMatchObject({ code: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED' })
    await other.close()
  }, 60_000)

  it('do without the fence where transactional ids are not granted, and say so', async () => {
    expect((await produce('orders', 'other-id')).map(({ error }) => error)).toEqual([undefined])
    expect(warnings.join()).toContain('transactional ids that begin with sluice-')
  }, 60_000)
})
