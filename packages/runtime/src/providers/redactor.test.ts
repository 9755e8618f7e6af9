import { ConfigurationError, kindOf, type Logger } from '@sluice/template'
import { ConfigError } from '../task/config-error.ts'
import { Redactor } from './redactor.ts'
import { redactingLogger } from './redacting-logger.ts'

const password = 'p4ss"w\\rd/+ ü'

function knowing(...values: string[]): Redactor {
  const redactor = new Redactor()
  redactor.add('orders', values)
  return redactor
}

describe('the redactor', () => {
  it.each([
    ['as it is', password],
    ['within JSON', JSON.stringify({ password }).slice(13, -2)],
    ['within a URL', encodeURIComponent(password)],
    ['in Base64', Buffer.from(password).toString('base64')],
  ])('masks a value %s', (_, shown) => {
    expect(knowing(password).text(`login with ${shown} failed`)).toBe('login with ******** failed')
  })

  it('masks the longer of two values that begin alike', () => {
    expect(knowing('hunter22', 'hunter22-and-more').text('hunter22-and-more')).toBe('********')
  })

  it('masks a short value where it stands alone, and one that is no secret not at all', () => {
    const redactor = knowing('5432', '1')
    expect(redactor.text('port 5432, offset 154327, task 1')).toBe('port ********, offset 154327, task 1')
  })

  it('masks the lines of a key, too', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PRIVATE KEY-----\n'
    const text = 'bad line MIIEvQIBADANBgkqhkiG9w0BAQ after -----BEGIN PRIVATE KEY-----'
    expect(knowing(key).text(text)).toBe('bad line ******** after -----BEGIN PRIVATE KEY-----')
  })

  it('keeps the kind of an error, its causes and what is not secret', () => {
    const cause = new Error(`server said: no user with ${password}`)
    const redacted = knowing(password).error(new ConfigurationError(`login ${password}`, { cause })) as Error
    expect(kindOf(redacted)).toBe('config')
    expect(redacted.message).toBe('login ********')
    expect(String(redacted.stack)).not.toContain('p4ss')
    expect((redacted.cause as Error).message).toBe('server said: no user with ********')
  })

  it('masks the issues of a ConfigError', () => {
    const error = new ConfigError([{ field: 'port', message: 'must be a whole number, not "s3cr3t-port"' }])
    const redacted = knowing('s3cr3t-port').error(error) as ConfigError
    expect(redacted).toBeInstanceOf(ConfigError)
    expect(redacted.issues).toEqual([{ field: 'port', message: 'must be a whole number, not "********"' }])
  })

  it('gives back the very error that has nothing to mask', () => {
    const error = new TypeError('x')
    expect(knowing(password).error(error)).toBe(error)
  })

  it('forgets the values of an owner only', () => {
    const redactor = knowing('first-secret')
    redactor.add('other', ['second-secret'])
    redactor.forget('orders')
    expect(redactor.text('first-secret second-secret')).toBe('first-secret ********')
  })

  it('remembers values that were replaced', () => {
    const redactor = knowing('before-rotation')
    redactor.add('orders', ['after-rotation'])
    expect(redactor.text('before-rotation after-rotation')).toBe('******** ********')
  })
})

describe('a logger that masks', () => {
  it('masks sentences, fields at any depth and errors', () => {
    const lines: unknown[] = []
    const take = (fields: object, message: string): void => void lines.push([fields, message])
    const raw: Logger = { debug: take, info: take, warn: take, error: take, child: () => raw }
    const log = redactingLogger(raw, knowing('s3cr3t-word'))
    const circle: Record<string, unknown> = { text: 's3cr3t-word' }
    circle['self'] = circle
    log
      .child({})
      .error({ err: new Error('s3cr3t-word'), list: [{ url: 'x://s3cr3t-word@y' }], circle }, 'a s3cr3t-word')
    const [[fields, message]] = lines as [[{ err: Error; list: unknown }, string]]
    expect(message).toBe('a ********')
    expect(fields.err.message).toBe('********')
    expect(String(fields.err.stack)).not.toContain('s3cr3t-word')
    expect(fields.list).toEqual([{ url: 'x://********@y' }])
  })
})
