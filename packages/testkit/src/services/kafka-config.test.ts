import { brokerSettings } from './kafka-config.ts'

const node = (at: number) => ({ port: 20_000 + at, controllerPort: 21_000 + at, dataDir: `/data/${at}` })

describe('the settings of a broker', () => {
  it('keep internal topics to one copy on a single broker', () => {
    const settings = brokerSettings({ nodes: [node(1)], settings: {} }, 0)
    expect(settings).toMatchObject({
      'node.id': 1,
      listeners: 'PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:21001',
      'advertised.listeners': 'PLAINTEXT://127.0.0.1:20001',
      'controller.quorum.voters': '1@127.0.0.1:21001',
      'log.dirs': '/data/1',
      'offsets.topic.replication.factor': 1,
      'min.insync.replicas': 1,
      'auto.create.topics.enable': 'false',
    })
  })

  it('replicate three times with two in sync on three brokers that all vote', () => {
    const settings = brokerSettings({ nodes: [node(1), node(2), node(3)], settings: {} }, 2)
    expect(settings).toMatchObject({
      'node.id': 3,
      'log.dirs': '/data/3',
      'controller.quorum.voters': '1@127.0.0.1:21001,2@127.0.0.1:21002,3@127.0.0.1:21003',
      'default.replication.factor': 3,
      'offsets.topic.replication.factor': 3,
      'transaction.state.log.min.isr': 2,
      'min.insync.replicas': 2,
    })
  })

  it("give way to the user's own", () => {
    const settings = brokerSettings({ nodes: [node(1)], settings: { 'message.max.bytes': '1000' } }, 0)
    expect(settings['message.max.bytes']).toBe('1000')
  })

  it('are refused for a node that is not in the cluster', () => {
    expect(() => brokerSettings({ nodes: [node(1)], settings: {} }, 1)).toThrow(/no node 2 in a cluster of 1/)
  })
})
