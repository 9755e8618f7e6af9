import { RecordError, RetriableError } from '@sluice/template'
import { Lookups } from './lookups.ts'

describe('lookups', () => {
  let now = 0
  const asked: string[] = []
  const lookups = (find: (key: string) => Promise<string>, more: { keep?: number; keepMs?: number } = {}) =>
    new Lookups({
      find: (key) => {
        asked.push(key)
        return find(key)
      },
      keep: 10,
      refusalKeepMs: 100,
      now: () => now,
      ...more,
    })
  beforeEach(() => {
    now = 0
    asked.length = 0
  })

  it('ask once for all who ask at the same time, and answer at once from then on', async () => {
    const some = lookups(async (key) => key.toUpperCase())
    expect(await Promise.all([some.get('a'), some.get('a'), some.get('b')])).toEqual(['A', 'A', 'B'])
    expect(asked).toEqual(['a', 'b'])
    expect(some.get('a')).toBe('A')
    expect(some.known('c')).toBeUndefined()
  })

  it('remember a refusal for a while, and ask again after it', async () => {
    const refusing = lookups(() => Promise.reject(new RecordError('No.')))
    await expect(refusing.get('a')).rejects.toThrow('No.')
    expect(() => refusing.get('a')).toThrow('No.')
    now = 101
    await expect(refusing.get('a')).rejects.toThrow('No.')
    expect(asked).toEqual(['a', 'a'])
  })

  it('ask again at once where the other side could not answer', async () => {
    const failing = lookups(() => Promise.reject(new RetriableError('Gone.')))
    await expect(failing.get('a')).rejects.toThrow('Gone.')
    await expect(failing.get('a')).rejects.toThrow('Gone.')
    expect(asked).toEqual(['a', 'a'])
  })

  it('keep so many, and the last used longest', async () => {
    const small = lookups(async (key) => key, { keep: 2 })
    await small.get('a')
    await small.get('b')
    expect(small.get('a')).toBe('a')
    await small.get('c')
    expect([small.known('a'), small.known('b'), small.known('c')]).toEqual(['a', undefined, 'c'])
  })

  it('believe a value for as long as they are told', async () => {
    const brief = lookups(async (key) => key, { keepMs: 50 })
    await brief.get('a')
    now = 49
    expect(brief.known('a')).toBe('a')
    now = 50
    expect(brief.known('a')).toBeUndefined()
  })
})
