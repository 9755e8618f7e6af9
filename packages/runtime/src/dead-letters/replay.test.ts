import { KafkaError } from '../kafka/types.ts'
import { replayedFrom } from './letter.ts'
import { LetterScene } from './testing/letter-scene.ts'

describe('sending dead letters again', () => {
  let scene: LetterScene
  beforeEach(() => {
    scene = new LetterScene()
  })

  const sent = (): readonly string[] => scene.kafka.values('orders')

  it('sends the very bytes to where they were, without the headers of the letter, and marks them', async () => {
    const own = { key: 'trace-id', value: Buffer.from('1') }
    scene.letter('no json', { key: 'k', headers: [own] })
    expect(await scene.replay()).toEqual({ doneBefore: 0, leftOut: 0 })
    const [record] = scene.kafka.topics.get('orders')!
    expect([String(record!.key), String(record!.value), record!.timestamp]).toEqual(['k', 'no json', 1000])
    expect(record!.headers).toEqual([own, { key: replayedFrom, value: Buffer.from('dead-0@0') }])
    expect(scene.shownFates()).toEqual(['0 sent to orders'])
  })

  it('sends nothing twice', async () => {
    scene.letter('a')
    scene.letter('b')
    await scene.replay()
    scene.letter('c')
    expect(await scene.replay()).toEqual({ doneBefore: 0, leftOut: 0 })
    expect(sent()).toEqual(['a', 'b', 'c'])
  })

  it('sends what a filter means, and later the rest, each once', async () => {
    scene.letter('a', { stage: 'TASK_PUT' })
    scene.letter('b')
    scene.letter('c', { stage: 'TASK_PUT' })
    scene.letter('d')
    expect(await scene.replay({ filter: { stage: 'VALUE_CONVERTER' } })).toEqual({
      doneBefore: 0,
      leftOut: 2,
    })
    expect(sent()).toEqual(['b', 'd'])
    expect(scene.kafka.committed.get('dead')).toEqual({ offset: 0n, metadata: 'sluice-dlq-1:1.1.1.1' })
    expect(await scene.replay()).toEqual({ doneBefore: 2, leftOut: 0 })
    expect(sent()).toEqual(['b', 'd', 'a', 'c'])
    expect(scene.kafka.committed.get('dead')).toEqual({ offset: 4n, metadata: '' })
  })

  it('ends at its limit, and goes on from there', async () => {
    for (const value of ['a', 'b', 'c']) scene.letter(value)
    await scene.replay({ limit: 2 })
    expect(sent()).toEqual(['a', 'b'])
    await scene.replay({ limit: 2 })
    expect(sent()).toEqual(['a', 'b', 'c'])
  })

  it('leaves a letter that brokers refuse, and sends the others', async () => {
    for (const value of ['a', 'b', 'c']) scene.letter(value)
    const tooLarge = new KafkaError('Too large.', { code: 'MESSAGE_TOO_LARGE', retriable: false })
    scene.kafka.refuse = ({ value }) => (String(value) === 'b' ? tooLarge : undefined)
    await scene.replay()
    expect(scene.shownFates().toSorted()).toEqual([
      '0 sent to orders',
      '1 refused: Too large.',
      '2 sent to orders',
    ])
    scene.kafka.refuse = () => undefined
    await scene.replay()
    expect(sent()).toEqual(['a', 'c', 'b'])
  })

  it('remembers what was sent when Kafka goes away', async () => {
    for (const value of ['a', 'b', 'c']) scene.letter(value)
    const gone = new KafkaError('Gone.', { code: 'TIMEOUT', retriable: true })
    scene.kafka.refuse = ({ value }) => (String(value) === 'b' ? gone : undefined)
    await expect(scene.replay()).rejects.toThrow(
      'dead-0@1 could not be sent: Gone. What was sent before is remembered.',
    )
    scene.kafka.refuse = () => undefined
    await scene.replay()
    expect(sent()).toEqual(['a', 'c', 'b'])
  })

  it('tells the group of nothing that is not acknowledged', async () => {
    scene.letter('a')
    scene.kafka.holding = true
    const replaying = scene.replay()
    for (let tries = 0; scene.kafka.unacknowledged.length === 0 && tries < 1000; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(scene.kafka.commits).toEqual([])
    scene.kafka.unacknowledged[0]!.settle()
    await replaying
    expect(scene.kafka.committed.get('dead')?.offset).toBe(1n)
  })

  it('ends when it is interrupted, and says so', async () => {
    scene.letter('a')
    const { stopped } = await scene.replay({ signal: AbortSignal.abort() })
    expect(stopped).toContain('interrupted')
    expect(sent()).toEqual([])
  })

  it('does nothing in a dry run but say what would be', async () => {
    scene.letter('a')
    scene.letter('b', { stage: 'TASK_PUT' })
    const result = await scene.replay({ dryRun: true, filter: { stage: 'TASK_PUT' } })
    expect(result).toEqual({ doneBefore: 0, leftOut: 1 })
    expect(scene.shownFates()).toEqual(['1 sent to orders'])
    expect([sent(), scene.kafka.commits]).toEqual([[], []])
  })

  it('refuses letters whose topic is gone, and says how to make it', async () => {
    scene.letter('a', { topic: 'gone' })
    await scene.replay()
    expect(scene.shownFates()).toEqual([
      '0 refused: its topic gone does not exist; create it (kafka-topics.sh --bootstrap-server fake:1 --create --topic gone), or name another one by --to',
    ])
    await scene.replay({ to: 'orders' })
    expect(sent()).toEqual(['a'])
  })

  it('refuses letters without headers unless it is told their topic', async () => {
    scene.kafka.add('dead', ['a'])
    await scene.replay()
    expect(scene.shownFates()[0]).toContain('0 refused: no header says where it came from')
    await scene.replay({ to: 'orders' })
    expect(sent()).toEqual(['a'])
  })

  it('refuses a record whose key has a newer one, where that is asked for', async () => {
    scene.kafka.add('orders', ['old', 'new', 'sent again'], { key: Buffer.from('k') })
    scene.kafka.topics.get('orders')![2] = {
      ...scene.kafka.topics.get('orders')![2]!,
      headers: [{ key: replayedFrom, value: Buffer.from('dead-0@7') }],
    }
    scene.letter('old', { key: 'k', offset: 0n })
    scene.letter('new', { key: 'k', offset: 1n })
    scene.letter('other', { key: 'x', offset: 0n })
    await scene.replay({ unlessNewer: true })
    expect(scene.shownFates().toSorted()).toEqual([
      '0 refused: its key has a newer record, orders-0@1',
      '1 sent to orders',
      '2 sent to orders',
    ])
  })

  it('says that there is no such topic', async () => {
    await expect(scene.replay({ topic: 'none' })).rejects.toThrow('There is no topic none.')
  })
})
