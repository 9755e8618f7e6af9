import { KafkaError } from '../../kafka/types.ts'
import { LatestWrites } from './latest-writes.ts'
import { type KeyedRecord, keyed } from './record-writer.ts'

const mayPass = new KafkaError('away', { code: 'TIMEOUT', retriable: true })
const forGood = new KafkaError('no', { code: 'TOPIC_AUTHORIZATION_FAILED', retriable: false })

/** Every write waits until it is settled here. */
function scene() {
  const begun: Array<{ readonly text: string; readonly settle: (error?: Error) => void }> = []
  const failed: string[] = []
  const writes = new LatestWrites({
    retryMs: 1,
    failed: (key) => void failed.push(key),
    write: ([record]: readonly KeyedRecord[]) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      begun.push({
        text: `${String(record?.key)}=${String(record?.value)}`,
        settle: (error) => (error ? reject(error) : resolve()),
      })
      return promise
    },
  })
  const texts = () => begun.map(({ text }) => text)
  const settle = (error?: Error) => begun.at(-1)?.settle(error)
  return {
    begun,
    failed,
    writes,
    texts,
    settle,
    put: (key: string, value: string, wanted = () => true) => writes.put(keyed(key, value), wanted),
  }
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('writes of which the latest counts', () => {
  it('are one at a time per key, and what is put meanwhile is replaced by what is newer', async () => {
    const { put, texts, begun, writes } = scene()
    put('a', '1')
    put('a', '2')
    put('a', '3')
    put('b', '1')
    expect(texts()).toEqual(['a=1', 'b=1'])
    begun[0]?.settle()
    await soon()
    expect(texts()).toEqual(['a=1', 'b=1', 'a=3'])
    for (const { settle } of begun) settle()
    await writes.flush()
  })

  it('are tried again after what may pass, and given up after what does not', async () => {
    const { put, texts, settle, failed, writes } = scene()
    put('a', '1')
    settle(mayPass)
    await soon()
    expect(texts()).toEqual(['a=1', 'a=1'])
    settle(forGood)
    await writes.flush()
    expect(failed).toEqual(['a'])
  })

  it('are not tried again where something newer waits, or nobody wants them any more', async () => {
    const { put, texts, settle, writes } = scene()
    put('a', '1')
    put('a', '2', () => false)
    settle(mayPass)
    await soon()
    expect(texts()).toEqual(['a=1', 'a=2'])
    settle(mayPass)
    await writes.flush()
    expect(texts()).toEqual(['a=1', 'a=2'])
  })

  it('end with the log', async () => {
    const { put, settle, failed, writes } = scene()
    put('a', '1')
    writes.close()
    settle(mayPass)
    await writes.flush()
    expect(failed).toEqual(['a'])
  })
})
