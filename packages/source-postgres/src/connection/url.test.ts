import { parseUrl } from './url.ts'

describe('connection.url', () => {
  it.each([
    ['jdbc:postgresql://db.example:5433/shop', [['db.example', 5433]], 'shop'],
    ['jdbc:postgresql://db/shop', [['db', 5432]], 'shop'],
    [
      'jdbc:postgresql://a:1,b,[::1]:3/shop',
      [
        ['a', 1],
        ['b', 5432],
        ['::1', 3],
      ],
      'shop',
    ],
    ['jdbc:postgresql:shop', [['localhost', 5432]], 'shop'],
    ['jdbc:postgresql:/', [['localhost', 5432]], undefined],
    ['jdbc:postgresql://db/', [['db', 5432]], undefined],
    ['postgres://db', [['db', 5432]], undefined],
    ['postgresql://db/my%20shop', [['db', 5432]], 'my shop'],
  ])('reads %s', (url, servers, database) => {
    const parsed = parseUrl(url)
    expect(parsed.servers).toEqual(servers.map(([host, port]) => ({ host, port })))
    expect(parsed.database).toBe(database)
  })

  it('takes the login from before the host, or from the parameters', () => {
    expect(parseUrl('postgres://us%40er:p%2Fw%3A@db/x')).toMatchObject({ user: 'us@er', password: 'p/w:' })
    expect(parseUrl('jdbc:postgresql://db/x?user=u&password=p%26w&sslmode=require')).toMatchObject({
      user: 'u',
      password: 'p&w',
      params: new Map([
        ['user', 'u'],
        ['password', 'p&w'],
        ['sslmode', 'require'],
      ]),
    })
  })

  it.each([
    ['jdbc:mysql://db/x', /must begin with jdbc:postgresql:/],
    ['db.example/x', /must begin with/],
    ['jdbc:postgresql://db:70000/x', /port 70000/],
    ['jdbc:postgresql://db:1:2/x', /host:port/],
    ['postgres://db/%zz', /percent sign/],
  ])('refuses %s', (url, message) => {
    expect(() => parseUrl(url)).toThrow(message)
  })

  it.each([
    'postgres://app:hush%@db/shop',
    'postgres://app:hush/x@db/shop',
    'jdbc:postgresql://db/shop?user=app&password=hush%',
  ])('shows no password where it refuses %s', (url) => {
    expect(() => parseUrl(url)).toThrow(/^(?!.*hush)/)
  })
})
