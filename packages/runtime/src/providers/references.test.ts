import { partsOf } from './references.ts'

describe('references in settings', () => {
  it.each([
    ['${env:PASSWORD}', 'env', '', 'PASSWORD'],
    ['${file:/etc/db.properties:password}', 'file', '/etc/db.properties', 'password'],
    // as the JVM cuts it: a third colon is part of the key
    ['${vault:secret/db:a:b}', 'vault', 'secret/db', 'a:b'],
    ['${env::NAME}', 'env', '', 'NAME'],
    ['${env:}', 'env', '', ''],
  ])('reads %s', (text, provider, path, key) => {
    expect(partsOf(text)).toEqual([{ text, provider, path, key }])
  })

  it('finds several within a text, and keeps what is between', () => {
    expect(partsOf('postgres://${env:USER}:${file:/s:pw}@db/x')).toEqual([
      'postgres://',
      { text: '${env:USER}', provider: 'env', path: '', key: 'USER' },
      ':',
      { text: '${file:/s:pw}', provider: 'file', path: '/s', key: 'pw' },
      '@db/x',
    ])
  })

  it.each(['', 'plain', '${topic}-${timestamp}', '${a', '${a:b', 'a}b', '$${}', '$1{a:b}'])(
    'leaves %j alone',
    (text) => {
      expect(partsOf(text)).toEqual(text === '' ? [] : [text])
    },
  )

  it('takes the first opening for the beginning, as the JVM does', () => {
    expect(partsOf('${a${b:c}')).toEqual([{ text: '${a${b:c}', provider: 'a${b', path: '', key: 'c' }])
  })

  it('is not slowed down by a text that is made for it', () => {
    expect(partsOf('${:'.repeat(500_000))).toEqual(['${:'.repeat(500_000)])
    expect(partsOf(`${'${:'.repeat(500_000)}}`)).toHaveLength(1)
  })
})
