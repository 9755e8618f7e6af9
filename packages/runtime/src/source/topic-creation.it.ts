import { randomUUID } from 'node:crypto'
import { sharedServices } from '@sluice/testkit/services'
import { createKafka } from '../kafka/create-kafka.ts'
import type { Admin } from '../kafka/types.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { TopicCreation } from './topic-creation.ts'
import { topicRules } from './topic-rules.ts'

const run = randomUUID().slice(0, 8)

describe('topics that a source makes on a real cluster', () => {
  let admin: Admin
  let bootstrapServers: string
  beforeAll(async () => {
    ;({ bootstrapServers } = await sharedServices().kafka())
    admin = createKafka({ settings: { 'bootstrap.servers': bootstrapServers }, log: silentLogger }).admin()
  }, 180_000)
  afterAll(() => admin.close())

  const creation = (groups: readonly string[], settings: Record<string, string>): TopicCreation =>
    new TopicCreation({ admin, enabled: true, rules: topicRules(groups, settings), bootstrapServers })

  it('are as the settings of their group say', async () => {
    const [logs, state, other] = [`${run}.logs`, `${run}.state`, `${run}.other`] as const
    const topics = creation(['logs', 'state'], {
      'default.partitions': '2',
      'default.replication.factor': '-1',
      'logs.include': `${run}\\.(logs|other)`,
      'logs.exclude': '.*other',
      'logs.partitions': '3',
      'logs.retention.ms': '3600000',
      'state.include': '.*state',
      'state.replication.factor': '1',
      'state.cleanup.policy': 'compact',
    })
    await topics.ensure([{ topic: logs }, { topic: state }, { topic: other }])
    const found = await admin.describeTopics([logs, state, other])
    expect([logs, state, other].map((name) => found.get(name)?.partitions.length)).toEqual([3, 2, 2])
    expect((await admin.topicConfigs(logs)).get('retention.ms')).toBe('3600000')
    expect((await admin.topicConfigs(state)).get('cleanup.policy')).toBe('compact')
    expect((await admin.topicConfigs(other)).get('cleanup.policy')).toBe('delete')
    // what exists already is left as it is
    await creation([], { 'default.partitions': '9' }).ensure([{ topic: logs }])
    expect((await admin.describeTopics([logs])).get(logs)?.partitions).toHaveLength(3)
  }, 60_000)

  it.each([
    [{ 'default.replication.factor': '3' }, '--replication-factor 3', 'at most the number of brokers'],
    [{ 'default.retention.ms': 'long' }, '--config retention.ms=long', 'retention.ms'],
  ])(
    'are refused with what was wrong and what to do: %j',
    async (settings, command, reason) => {
      const topic = `${run}.refused`
      const ensuring = creation([], settings).ensure([{ topic }])
      await expect(ensuring).rejects.toThrow(`The topic ${topic} does not exist and can't be created: `)
      await expect(ensuring).rejects.toThrow(
        `kafka-topics.sh --bootstrap-server ${bootstrapServers} --create --topic ${topic} ${command}`,
      )
      await expect(ensuring).rejects.toThrow(reason)
    },
    60_000,
  )
})
