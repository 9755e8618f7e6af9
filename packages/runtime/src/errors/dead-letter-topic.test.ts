import { KafkaError, type NewTopic } from '../kafka/types.ts'
import { createDeadLetterTopic } from './dead-letter-topic.ts'

function admin(refuse: (topic: NewTopic) => KafkaError | undefined = () => undefined) {
  const made: NewTopic[] = []
  return {
    made,
    describeTopics: async (names: readonly string[] = []) =>
      new Map(
        names
          .filter((name) => name === 'there')
          .map((name) => [name, { name, internal: false, partitions: [] }]),
      ),
    createTopics: async ([topic]: readonly NewTopic[]) => {
      const error = refuse(topic!)
      if (error) throw error
      made.push(topic!)
      return new Map([[topic!.name, true]])
    },
  }
}

const error = (code: string, retriable = false): KafkaError => new KafkaError('No.', { code, retriable })

describe('the dead-letter topic', () => {
  it('is left alone where it exists', async () => {
    const one = admin()
    await createDeadLetterTopic(one, { topic: 'there', replication: 3 })
    expect(one.made).toEqual([])
  })

  it('is made with one partition, so many replicas, and room for large records', async () => {
    const one = admin()
    await createDeadLetterTopic(one, { topic: 'dead', replication: 2 })
    const configs = { 'max.message.bytes': '104857600' }
    expect(one.made).toEqual([{ name: 'dead', partitions: 1, replicationFactor: 2, configs }])
  })

  it("leaves the replicas to the brokers for -1, and a topic's settings where the cluster wants it so", async () => {
    const one = admin(({ configs }) => (configs ? error('POLICY_VIOLATION') : undefined))
    await createDeadLetterTopic(one, { topic: 'dead', replication: -1 })
    expect(one.made).toEqual([{ name: 'dead', partitions: 1 }])
  })

  it('says what to do where it can not be made', async () => {
    const one = admin(() => error('INVALID_REPLICATION_FACTOR'))
    await expect(createDeadLetterTopic(one, { topic: 'dead', replication: 3 })).rejects.toThrow(
      "The dead-letter topic dead does not exist and can't be made with 3 replicas. Create it (kafka-topics.sh --bootstrap-server ... --create --topic dead --partitions 1), or set errors.deadletterqueue.topic.replication.factor.",
    )
  })

  it('is tried again where Kafka can not be asked now', async () => {
    const away = error('TIMEOUT', true)
    await expect(
      createDeadLetterTopic(
        admin(() => away),
        { topic: 'dead', replication: 3 },
      ),
    ).rejects.toBe(away)
  })
})
