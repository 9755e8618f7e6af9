import { addressOf } from './address.ts'

const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/db-AbCdEf'

describe('an address in AWS', () => {
  it.each([
    ['shop/db', 'password', { name: 'shop/db', field: 'password' }],
    ['', 'shop/db', { name: 'shop/db', field: '' }],
    ['arn', `${arn.slice(4)}:password`, { name: arn, field: 'password' }],
    ['arn', arn.slice(4), { name: arn, field: '' }],
    [encodeURIComponent(arn), 'password', { name: arn, field: 'password' }],
    ['', encodeURIComponent(arn), { name: arn, field: '' }],
    ['db', 'a:b', { name: 'db', field: 'a:b' }],
    ['db', 'what?', { name: 'db', field: 'what?' }],
    ['db', 'a?b=c', { name: 'db', field: 'a?b=c' }],
    ['db', 'pw?ttl=60000', { name: 'db', field: 'pw', ttlMs: 60_000 }],
    ['db', 'pw?stage=AWSPREVIOUS&ttl=1', { name: 'db', field: 'pw', stage: 'AWSPREVIOUS', ttlMs: 1 }],
    ['', '/shop/db/pw?version=3', { name: '/shop/db/pw', field: '', version: '3' }],
    ['50%', 'pw', { name: '50%', field: 'pw' }],
  ])('of the path %j and the key %j', (path, key, expected) => {
    expect(addressOf(path, key, 7)).toEqual({ key, ...expected })
  })

  it('takes no time to live that is no number', () => {
    expect(() => addressOf('db', 'pw?ttl=soon', 7)).toThrow('?ttl= takes milliseconds, not "soon"')
  })
})
