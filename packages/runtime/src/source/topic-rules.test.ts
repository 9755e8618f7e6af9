import { newTopic, topicRules } from './topic-rules.ts'

describe('rules for new topics', () => {
  it('leave to the brokers what no setting says', () => {
    expect(newTopic('t', topicRules([], {}))).toEqual({ name: 't', configs: {} })
    const unset = { 'default.partitions': '-1', 'default.replication.factor': '-1' }
    expect(newTopic('t', topicRules([], unset))).toEqual({ name: 't', configs: {} })
  })

  it('take the first group that includes a topic and does not exclude it, else the default', () => {
    const rules = topicRules(['logs', 'all'], {
      'logs.include': 'log-.*, .*-log',
      'logs.exclude': 'log-x.*',
      'logs.cleanup.policy': 'delete',
      'all.include': 'log-xy',
      'all.partitions': '9',
      'default.partitions': '3',
      'default.replication.factor': '2',
      'default.cleanup.policy': 'compact',
    })
    expect(newTopic('log-a', rules)).toEqual({
      name: 'log-a',
      partitions: 3,
      replicationFactor: 2,
      configs: { 'cleanup.policy': 'delete' },
    })
    expect(newTopic('log-xy', rules)).toMatchObject({ partitions: 9, replicationFactor: 2, configs: {} })
    expect(newTopic('catalog', rules)).toMatchObject({ configs: { 'cleanup.policy': 'compact' } })
  })

  it('take regular expressions as Java has them, for the whole name', () => {
    const rules = topicRules(['a'], { 'a.include': '(?i)ORDERS\\.\\p{Alpha}+', 'a.partitions': '3' })
    const made = ['orders.eu', 'Orders.US', 'orders.7', 'my.orders.eu'].map((name) => newTopic(name, rules))
    expect(made.map(({ partitions }) => partitions)).toEqual([3, 3, undefined, undefined])
  })

  it('report everything that is wrong at once', () => {
    const wrong = { 'a.partitions': '0', 'b.include': '(', 'default.replication.factor': 'two' }
    expect(() => topicRules(['a', 'b'], wrong)).toThrow(
      expect.objectContaining({
        issues: [
          {
            field: 'topic.creation.default.replication.factor',
            message: 'must be -1 or at least 1, not "two"',
          },
          { field: 'topic.creation.a.include', message: 'is required and has no default' },
          { field: 'topic.creation.a.partitions', message: 'must be -1 or at least 1, not "0"' },
          {
            field: 'topic.creation.b.include',
            message: expect.stringContaining('has the regular expression ('),
          },
        ],
      }),
    )
  })

  it('are refused where a group is named twice, or a setting is of none', () => {
    const settings = { groups: 'a,a', 'a.include': 'x', 'b.partitions': '3', partitions: '3' }
    expect(() => topicRules(['a', 'a'], settings)).toThrow(
      expect.objectContaining({
        issues: [
          { field: 'topic.creation.groups', message: 'names a twice' },
          {
            field: 'topic.creation.b.partitions',
            message: 'is of no group that topic.creation.groups names',
          },
          { field: 'topic.creation.partitions', message: 'is of no group that topic.creation.groups names' },
        ],
      }),
    )
  })

  it('ignore what the default group includes or excludes, as Kafka Connect does', () => {
    const rules = topicRules(['default'], {
      'default.include': 'x',
      'default.exclude': '.*',
      'default.partitions': '2',
    })
    expect(newTopic('y', rules)).toEqual({ name: 'y', partitions: 2, configs: {} })
  })
})
