import {
  type Call,
  type ConfigFields,
  defineSource,
  int,
  type SourceRecord,
  type SourceTask,
  wait,
} from '@sluice/template'
import { acceptSource, type SourceSubject, sourceChecks } from './source-suite.ts'

const partition = { list: 'numbers' }

function numbered(n: number): SourceRecord<number> {
  return { origin: { partition, offset: n }, topic: 'numbers', value: n }
}

/** A source of the numbers 1 to `count`, whose task a test may spoil. */
function subject(
  spoil: (task: { next: number; count: number }) => SourceTask<number>['poll'],
): SourceSubject<ConfigFields, number, null> {
  const definition = defineSource({
    name: 'numbers',
    version: '1.0.0',
    doc: 'Counts.',
    config: { count: int({ doc: 'Says how far.' }) },
    parseOffset: (raw) => Number(raw),
    async open({ config, offsets }) {
      const [stored] = await offsets([partition])
      return { poll: spoil({ next: (stored ?? 0) + 1, count: config.count }) }
    },
  })
  return {
    definition,
    arrange: async (records: number) => ({ settings: { count: String(records) } }),
  }
}

type Poll = Call & { maxRecords: number }

const honest = subject((state) => async ({ signal, maxRecords }: Poll) => {
  await wait(state.next > state.count ? 60_000 : 1, signal)
  const records: SourceRecord<number>[] = []
  while (state.next <= state.count && records.length < maxRecords) records.push(numbered(state.next++))
  return records
})

acceptSource(honest)

describe('the source suite', () => {
  const run = (name: string, of: typeof honest): Promise<void> =>
    sourceChecks(of)
      .find((check) => check.name.startsWith(name))!
      .run()

  it('catches a poll that moves on before it gives way', async () => {
    const hasty = subject((state) => async ({ signal }: Poll) => {
      const record = numbered(state.next++)
      await wait(state.next > state.count + 1 ? 60_000 : 2, signal)
      return [record]
    })
    await expect(run('loses nothing', { ...hasty, withinMs: 500 })).rejects.toThrow('records came within')
  })

  it('catches an offset that gives its own record again', async () => {
    const repeating = subject((state) => {
      let next = Math.max(1, state.next - 1)
      return async ({ signal }: Poll) => {
        await wait(next > state.count ? 60_000 : 1, signal)
        return [numbered(next++)]
      }
    })
    await expect(run('goes on after', repeating)).rejects.toThrow('came again')
  })

  it('catches a timer that outlives close', async () => {
    const timers: NodeJS.Timeout[] = []
    const leaky = subject((state) => async () => {
      timers.push(setInterval(() => {}, 60_000))
      return state.next <= state.count ? [numbered(state.next++)] : []
    })
    await expect(run('leaves no socket', leaky)).rejects.toThrow()
    for (const timer of timers) clearInterval(timer)
  })
})
