import type { DeadLetter } from './letter.ts'
import { LetterScene } from './testing/letter-scene.ts'

async function values(letters: AsyncIterable<DeadLetter>): Promise<readonly string[]> {
  const all: string[] = []
  for await (const { value } of letters) all.push(String(value))
  return all
}

describe('looking at dead letters', () => {
  let scene: LetterScene
  beforeEach(() => {
    scene = new LetterScene()
    for (let n = 0; n < 1200; n++)
      scene.letter(`v${n}`, { stage: n % 2 === 0 ? 'TASK_PUT' : 'VALUE_CONVERTER' })
  })

  const look = (how: Partial<Parameters<LetterScene['desk']['letters']>[0]>) =>
    values(scene.desk.letters({ topic: 'dead', filter: {}, limit: 2, follow: undefined, ...how }))

  it('shows the last ones', async () => {
    expect(await look({})).toEqual(['v1198', 'v1199'])
    expect(await look({ filter: { stage: 'TASK_PUT' } })).toEqual(['v1196', 'v1198'])
    expect(await look({ filter: { until: 3n } })).toEqual(['v2', 'v3'])
    expect(await look({ limit: Infinity })).toHaveLength(1200)
  })

  it('shows the first ones from an offset on', async () => {
    expect(await look({ filter: { from: 7n, stage: 'TASK_PUT' } })).toEqual(['v8', 'v10'])
    expect(await look({ filter: { from: 1199n } })).toEqual(['v1199'])
    expect(await look({ filter: { from: 5000n } })).toEqual([])
  })

  it('follows what comes, until it is stopped', async () => {
    const stop = new AbortController()
    let pauses = 0
    const pause = async (): Promise<void> => {
      pauses++
      if (pauses === 2) scene.letter('news')
      if (pauses === 4) stop.abort()
    }
    expect(await look({ limit: 1, follow: { pause, signal: stop.signal } })).toEqual(['v1199', 'news'])
  })

  it('says that there is no such topic', async () => {
    await expect(look({ topic: 'none' })).rejects.toThrow(
      'There is no topic none. sluice dlq list shows the dead-letter topics.',
    )
  })
})

describe('the list of dead-letter topics', () => {
  it('knows the letter that was set aside last', async () => {
    const scene = new LetterScene()
    scene.letter('a', { atMs: 2000 })
    scene.letter('b', { atMs: 1000 })
    const [found] = await scene.desk.topics({ named: new Map(), all: true })
    expect(String(found?.newest?.value)).toBe('a')
  })

  it('has those that connectors name, and those with letters, with what was not sent again', async () => {
    const scene = new LetterScene()
    scene.letter('a', { connector: 'to-index' })
    scene.letter('b', { connector: 'to-files', stage: 'TASK_PUT' })
    scene.kafka.add('payment-failures', ['no letter'])
    const elsewhere = new LetterScene()
    elsewhere.letter('c')
    scene.kafka.topics.set('quarantine', elsewhere.kafka.topics.get('dead')!)
    scene.kafka.topics.set('orders-dlq', [])
    scene.kafka.topics.set('x-error', scene.kafka.topics.get('dead')!)
    await scene.replay({ filter: { stage: 'TASK_PUT' } })
    const named = new Map([
      ['orders-dlq', ['to-index']],
      ['not-yet', ['to-files']],
      ['dead', ['to-index']],
    ])
    const shown = async (all: boolean) =>
      (await scene.desk.topics({ named, all })).map((one) =>
        [one.topic, one.exists, one.letters, one.left, one.connectors.join('+')].join(' '),
      )
    const usual = [
      'dead true 2 1 to-files+to-index',
      'not-yet false 0 0 to-files',
      'orders-dlq true 0 0 to-index',
      'x-error true 2 2 to-files+to-index',
    ]
    expect(await shown(false)).toEqual(usual)
    expect(await shown(true)).toEqual([...usual, 'quarantine true 1 1 to-index'].toSorted())
  })
})
