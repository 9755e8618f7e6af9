import { withReferences, withValues } from './slice-references.ts'

const raw = new Map([
  ['connection.password', '${env:PW}'],
  ['tables', 'orders'],
])
const resolved = new Map([
  ['connection.password', 's3cr3t'],
  ['tables', 'orders'],
])

describe('slices', () => {
  it('hold references in place of values, and get the values of the day', () => {
    const made = { url: 's3cr3t', tables: ['orders', 's3cr3t'], rows: 3n, nothing: null }
    const kept = withReferences(made, raw, resolved)
    expect(kept).toEqual({ url: '${env:PW}', tables: ['orders', '${env:PW}'], rows: 3n, nothing: null })
    expect(withValues(kept, raw, resolved)).toEqual(made)
    const rotated = new Map(resolved).set('connection.password', 'newer')
    expect(withValues(kept, raw, rotated)).toEqual({ ...made, url: 'newer', tables: ['orders', 'newer'] })
  })

  it('stay as they are without references', () => {
    const slice = { tables: ['orders'] }
    expect(withReferences(slice, raw, raw)).toBe(slice)
    expect(withValues(slice, raw, raw)).toBe(slice)
  })
})
