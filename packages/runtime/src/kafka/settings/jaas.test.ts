import { parseJaas } from './jaas.ts'

const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule'

describe('parseJaas', () => {
  it.each([
    [`${plain} required username="alice" password="secret";`, 'secret'],
    [`  ${plain}\n  required\n  username = alice\n  password = 'se"cret' ; `, 'se"cret'],
    [`${plain} REQUIRED username="alice" password="a\\"b\\\\c;d=e f";`, 'a"b\\c;d=e f'],
    [`${plain} required username="alice" password="tab\\tand\\101";`, 'tab\tandA'],
    [`${plain} required username="alice" password="";`, ''],
  ])('reads %s', (config, password) => {
    const { loginModule, options } = parseJaas(config)
    expect(loginModule).toBe(plain)
    expect(options).toEqual(
      new Map([
        ['username', 'alice'],
        ['password', password],
      ]),
    )
  })

  it.each([
    [`${plain} required username="a" password="b"`, 'semicolon'],
    [`${plain} username="a";`, 'control flag'],
    [`${plain} required username "a";`, 'name="value"'],
    [`${plain} required username="a;`, "quote that isn't closed"],
    ['', 'semicolon'],
    ['= required;', 'class of a login module'],
  ])('says what is wrong with %s', (config, problem) => {
    expect(() => parseJaas(config)).toThrow(problem)
  })

  it('does not show the password in what it says', () => {
    expect(() => parseJaas(`${plain} required password="hunter2" oops;`)).toThrow(/^(?!.*hunter2)/)
  })
})
