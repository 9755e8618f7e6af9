import { StatsdTable } from './statsd-table.ts'

const at = { ms: 1, ns: 0 }
const gauge = (name: string) => ({ name, tags: [], kind: 'gauge', value: 1, text: '1', times: 1 }) as const
const counter = (name: string) => ({ ...gauge(name), kind: 'counter' }) as const

describe('what StatsD has sent', () => {
  it('is forgotten where nothing new comes, so that others have room', () => {
    const table = new StatsdTable((named) => named, at)
    for (let n = 0; n < 100_000; n++) table.add(gauge(`g${n}`))
    expect(table.add(gauge('more'))).toBe(false)
    // another kind has room of its own
    expect(table.add(counter('c'))).toBe(true)
    for (let n = 0; n < 61; n++) table.take(at)
    expect(table.add(gauge('more'))).toBe(true)
  })

  it('takes no room where the rules drop it', () => {
    const table = new StatsdTable((named) => (named.name === 'kept' ? named : undefined), at)
    for (let n = 0; n < 100_001; n++) table.add(counter(`c${n}`))
    expect(table.add(counter('kept'))).toBe(true)
    expect(table.take(at).map(({ series }) => series.name)).toEqual(['kept'])
  })
})
