import { KafkaError } from '../../kafka/types.ts'
import { FakeKafka } from '../../task/testing/fake-kafka.ts'
import type { ConfigChange } from './cluster-state.ts'
import { ConfigLog } from './config-log.ts'
import type { KeyedRecord } from './record-writer.ts'

const quiet = (): void => undefined
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log }
const sessionKey = { key: Buffer.from('k'), algorithm: 'HmacSHA256', createdAt: 7 }
const failure = (code: string) => new KafkaError(code, { code, retriable: false })

/** A worker that may become the leader; `fail` is what its writes as one meet. */
async function scene() {
  const kafka = new FakeKafka()
  const changes: ConfigChange[] = []
  const how: { fail?: KafkaError } = {}
  const write = async (records: readonly KeyedRecord[]): Promise<void> => {
    if (how.fail) throw how.fail
    kafka.add('configs', [])
    for (const { key, value } of records) kafka.add('configs', [value && String(value)], { key })
  }
  const configs = await ConfigLog.open({
    topic: {
      name: 'configs',
      setting: 'config.storage.topic',
      holds: 'connector configurations',
      partitions: 1,
      replicationFactor: 1,
      configs: {},
    },
    kafka,
    admin: kafka.admin(),
    log,
    changed: (change) => void changes.push(change),
    lead: () => ({ write, close: async () => {} }),
  })
  return { configs, changes, how }
}

describe('a leader of a cluster', () => {
  it('may write once it has claimed that', async () => {
    const { configs, changes } = await scene()
    await expect(configs.putConnector('c', new Map())).rejects.toMatchObject({ code: 'NOT_LEADER' })
    await configs.claim(() => sessionKey)
    await configs.putConnector('c', new Map([['a', '1']]))
    expect(configs.state.connectors.get('c')?.settings).toEqual(new Map([['a', '1']]))
    expect(changes.map(({ type }) => type)).toEqual(['session-key', 'connector'])
  })

  it.each([
    ['TIMEOUT', false],
    ['PRODUCER_FENCED', true],
  ])('gives it up with a write that fails (%s), and says so', async (code, isFenced) => {
    const { configs, changes, how } = await scene()
    await configs.claim(() => sessionKey)
    how.fail = failure(code)
    await expect(configs.putTasks('c', [])).rejects.toThrow(code)
    expect(configs.isClaimed).toBe(false)
    expect(changes.at(-1)).toEqual({ type: 'given-up', isFenced })
  })

  it('that can not claim hears it from the claim alone, for it would claim again at once, without end', async () => {
    const { configs, changes, how } = await scene()
    how.fail = failure('TOPIC_AUTHORIZATION_FAILED')
    await expect(configs.claim(() => sessionKey)).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED')
    expect(configs.isClaimed).toBe(false)
    expect(changes).toEqual([])
  })

  it('that was fenced while it claimed is told to ask the group', async () => {
    const { configs, changes, how } = await scene()
    how.fail = failure('PRODUCER_FENCED')
    await expect(configs.claim(() => sessionKey)).rejects.toThrow('PRODUCER_FENCED')
    expect(changes).toEqual([{ type: 'given-up', isFenced: true }])
  })
})
