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
          { field: 'topic.creation.b.include', message: 'has "(", which is no regular expression' },
        ],
      }),
    )
  })
})
