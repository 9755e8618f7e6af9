import { consumerConfig } from './consumer-config.ts'
import { settingClass } from './settings/classify.ts'

describe('the consumer’s settings', () => {
  it('have the JVM’s defaults, and read from the start as Kafka Connect does', () => {
    const { assignors, ...plain } = consumerConfig({})
    expect(assignors.map(({ name }) => name)).toEqual(['range', 'cooperative-sticky'])
    expect(plain).toEqual({
      groupInstanceId: null,
      sessionTimeoutMs: 45_000,
      heartbeatIntervalMs: 3000,
      maxPollIntervalMs: 300_000,
      autoOffsetReset: 'earliest',
      readCommitted: false,
      fetchMinBytes: 1,
      fetchMaxWaitMs: 500,
      fetchMaxBytes: 52_428_800,
      maxPartitionFetchBytes: 1_048_576,
      maxPollRecords: 500,
      rack: '',
      checkCrcs: true,
      defaultApiTimeoutMs: 60_000,
      excludeInternalTopics: true,
    })
  })

  it('take assignors by the names of the JVM’s classes, preferred first', () => {
    const prefix = 'org.apache.kafka.clients.consumer.'
    const settings = {
      'partition.assignment.strategy': `${prefix}RoundRobinAssignor, ${prefix}RangeAssignor`,
    }
    expect(consumerConfig(settings).assignors.map(({ name }) => name)).toEqual(['roundrobin', 'range'])
  })

  it('are refused by name, all at once', () => {
    const wrong = {
      'max.poll.records': '0',
      'auto.offset.reset': 'by_duration:PT1H',
      'partition.assignment.strategy': 'com.example.Mine',
      'heartbeat.interval.ms': '5000',
      'session.timeout.ms': '5000',
    }
    for (const name of [
      'max.poll.records',
      'auto.offset.reset',
      'com.example.Mine',
      'heartbeat.interval.ms',
    ]) {
      expect(() => consumerConfig(wrong)).toThrow(name)
    }
  })

  it('are classed as honoured', () => {
    for (const name of [
      'max.poll.records',
      'client.rack',
      'isolation.level',
      'partition.assignment.strategy',
    ]) {
      expect(settingClass(name, 'consumer')?.class).toBe('honoured')
    }
  })
})
