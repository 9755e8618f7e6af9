import { ownFolder } from './shared-services.ts'
import { type StackProgress, stackDown, stackStatus, stackUp } from './stack.ts'

const timeoutMs = 180_000
const services = ['postgres', 'kafka'] as const

describe('the stack', () => {
  const dir = ownFolder('stack')

  afterAll(() => stackDown({ dir }))

  it(
    'goes up, is found by a second call, keeps its addresses while it is down',
    async () => {
      expect(await states(dir)).toEqual(['absent', 'absent'])

      const progress: StackProgress[] = []
      const first = await stackUp({ dir, services, onProgress: (each) => progress.push(each) })
      expect(progress.map(({ service, state }) => `${service} ${state}`).toSorted()).toEqual([
        'kafka ready',
        'kafka starting',
        'postgres ready',
        'postgres starting',
      ])
      const running = await stackStatus({ dir, services })
      expect(running.map(({ state }) => state)).toEqual(['running', 'running'])
      expect(running.map(({ address }) => address)).toEqual([
        first.postgres.url,
        first.kafka.bootstrapServers,
      ])

      const [again, meanwhile] = await Promise.all([stackUp({ dir, services }), stackUp({ dir, services })])
      expect(again.kafka.bootstrapServers).toBe(first.kafka.bootstrapServers)
      expect(await stackStatus({ dir, services })).toEqual(running)
      expect(meanwhile.postgres.url).toBe(first.postgres.url)

      await stackDown({ dir, services })
      expect(await states(dir)).toEqual(['stopped', 'stopped'])
      const restarted = await stackUp({ dir, services: ['postgres'] })
      expect(restarted.postgres.url).toBe(first.postgres.url)

      await stackDown({ dir, services, remove: true })
      expect(await states(dir)).toEqual(['absent', 'absent'])
    },
    timeoutMs,
  )
})

async function states(dir: string): Promise<readonly string[]> {
  return (await stackStatus({ dir, services })).map(({ state }) => state)
}
