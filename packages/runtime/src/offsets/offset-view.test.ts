import { hashMapOrder, keyBytes } from './offset-key.ts'
import { OffsetView } from './offset-view.ts'

const raw = (key: string, value: string | null) => ({
  key: Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
})
const texts = (writes: ReturnType<OffsetView['writes']>) =>
  writes.map(({ key, value }) => [key.toString(), value && value.toString()])

describe('stored offsets', () => {
  it('are found whatever the order in which a key has its fields', () => {
    const view = new OffsetView()
    view.put(raw('["c",{"table":"t","protocol":"1"}]', '{"incrementing":9007199254740993}'))
    expect(view.get('c', { protocol: '1', table: 't' })).toEqual({ incrementing: 9007199254740993n })
    expect(view.get('d', { protocol: '1', table: 't' })).toBeUndefined()
  })

  it('are written under the bytes of an existing equal key', () => {
    const view = new OffsetView()
    view.put(raw('["c",{"table":"t","protocol":"1"}]', '{"n":1}'))
    expect(
      texts(view.writes('c', [{ partition: { protocol: '1', table: 't' }, offset: { n: 2n ** 53n + 1n } }])),
    ).toEqual([['["c",{"table":"t","protocol":"1"}]', '{"n":9007199254740993}']])
  })

  it('are removed under every form of their key', () => {
    const view = new OffsetView()
    view.put(raw('["c",{"table":"t","protocol":"1"}]', '{"n":1}'))
    view.put(raw('["c",{"protocol":"1","table":"t"}]', '{"n":2}'))
    expect(view.get('c', { protocol: '1', table: 't' })).toEqual({ n: 2 })
    const removal = view.writes('c', [{ partition: { protocol: '1', table: 't' }, offset: null }])
    expect(texts(removal)).toEqual([
      ['["c",{"table":"t","protocol":"1"}]', null],
      ['["c",{"protocol":"1","table":"t"}]', null],
    ])
    for (const one of removal) view.put(one)
    expect(view.get('c', { protocol: '1', table: 't' })).toBeUndefined()
    expect(view.all('c')).toEqual([])
  })

  it('get new keys as the JVM would write them, in the order of its hash map', () => {
    expect(keyBytes('c', { table: 'db.public.t', protocol: '1' }).toString()).toBe(
      '["c",{"protocol":"1","table":"db.public.t"}]',
    )
    // The order that java.util.HashMap has for these keys, printed by a JVM.
    expect(hashMapOrder(['topic', 'partition', 'server', 'file', 'filename', 'query', 'Aa', 'BB'])).toEqual([
      'Aa',
      'BB',
      'server',
      'partition',
      'file',
      'filename',
      'query',
      'topic',
    ])
  })

  it('have that order with many fields too', () => {
    const names = Array.from({ length: 30 }, (_, i) => `key${i * i * 7}`)
    expect(hashMapOrder(names).slice(0, 6)).toEqual([
      'key0',
      'key1372',
      'key7',
      'key1792',
      'key2023',
      'key175',
    ])
  })

  it('keep what is no key of theirs', () => {
    const view = new OffsetView()
    view.put(raw('something else', 'x'))
    expect(texts(view.raw())).toEqual([['something else', 'x']])
  })
})
