import { KafkaError, type NewTopic } from '../kafka/types.ts'
import { TopicCreation } from './topic-creation.ts'
import { topicRules } from './topic-rules.ts'

function creation(how: { enabled?: boolean; refuse?: KafkaError; settings?: Record<string, string> } = {}): {
  topics: TopicCreation
  made: NewTopic[]
  asked: string[]
} {
  const made: NewTopic[] = []
  const asked: string[] = []
  const topics = new TopicCreation({
    admin: {
      describeTopics: async (names = []) => {
        asked.push(...names)
        return new Map(
          names.includes('there') ? [['there', { name: 'there', internal: false, partitions: [] }]] : [],
        )
      },
      createTopics: async (news) => {
        if (how.refuse) throw how.refuse
        made.push(...news)
        return new Map()
      },
    },
    enabled: how.enabled ?? true,
    rules: topicRules([], how.settings ?? {}),
    bootstrapServers: 'kafka:9092',
  })
  return { topics, made, asked }
}

const on = (...names: string[]) => names.map((topic) => ({ topic }))
const error = (code: string, retriable = false): KafkaError => new KafkaError('No.', { code, retriable })

describe('topics that a source writes to', () => {
  it('are made where they are missing, and asked for once', async () => {
    const { topics, made, asked } = creation()
    await topics.ensure([...on('there', 'new', 'new'), null, { topic: undefined }])
    expect(made).toEqual([{ name: 'new', configs: {} }])
    expect(topics.ensure(on('there', 'new'))).toBeUndefined()
    expect(asked).toEqual(['there', 'new'])
  })

  it('are not asked for where there can be none, which is said of their records', async () => {
    const { topics, asked } = creation()
    const bad = ['', '.', '..', 'a b', 'ä', 'x'.repeat(250)]
    expect(topics.ensure(on(...bad))).toBeUndefined()
    await topics.ensure(on('good', 'x'.repeat(249)))
    expect(asked).toEqual(['good', 'x'.repeat(249)])
    for (const name of bad) expect(topics.refusal(name)?.code).toBe('INVALID_TOPIC_EXCEPTION')
    expect(topics.refusal('good')).toBeUndefined()
  })

  it('are named with the commands that make them where the worker may not', async () => {
    const { topics } = creation({
      enabled: false,
      settings: {
        'default.partitions': '3',
        'default.replication.factor': '2',
        'default.cleanup.policy': 'compact,delete',
        'default.confluent.placement.constraints': '{"version": 2}',
      },
    })
    await expect(topics.ensure(on('a', 'b'))).rejects.toThrow(
      [
        'The topics a, b do not exist, and topic.creation.enable is false. Set topic.creation.enable=true for the worker, or create them:',
        `kafka-topics.sh --bootstrap-server kafka:9092 --create --topic a --partitions 3 --replication-factor 2 --config cleanup.policy=compact,delete --config 'confluent.placement.constraints={"version": 2}'`,
        `kafka-topics.sh --bootstrap-server kafka:9092 --create --topic b --partitions 3 --replication-factor 2 --config cleanup.policy=compact,delete --config 'confluent.placement.constraints={"version": 2}'`,
      ].join('\n'),
    )
  })

  it.each([
    ['INVALID_REPLICATION_FACTOR', 'topic.creation.default.replication.factor'],
    ['INVALID_CONFIG', 'topic.creation.*'],
    ['POLICY_VIOLATION', 'policy'],
    ['TOPIC_AUTHORIZATION_FAILED', 'Grant this user CREATE'],
    ['UNKNOWN_SERVER_ERROR', 'kafka-topics.sh'],
  ])('are named with what helps where brokers refuse to make them: %s', async (code, advice) => {
    const { topics } = creation({ refuse: error(code) })
    const ensuring = topics.ensure(on('a'))
    await expect(ensuring).rejects.toThrow("The topic a does not exist and can't be created: No. ")
    await expect(ensuring).rejects.toThrow(/reate it:\nkafka-topics\.sh/)
    await expect(ensuring).rejects.toThrow(advice)
  })

  it('are asked for again where Kafka can not be reached now', async () => {
    const refuse = error('TIMEOUT', true)
    await expect(creation({ refuse }).topics.ensure(on('a'))).rejects.toBe(refuse)
  })
})
