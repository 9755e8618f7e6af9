import { targetOf } from './target.ts'

const defaults = { scheme: 'http', path: '/metrics', job: 'j', labels: new Map([['env', 'test']]) }

describe('a target', () => {
  it.each([
    ['h:9100', 'http://h:9100/metrics', 'h:9100'],
    ['h', 'http://h/metrics', 'h:80'],
    ['https://h/actuator/prometheus?x=1', 'https://h/actuator/prometheus?x=1', 'h:443'],
    ['http://h:1/', 'http://h:1/', 'h:1'],
    ['[::1]:9100', 'http://[::1]:9100/metrics', '[::1]:9100'],
  ])('is made of an address: %s', (address, url, instance) => {
    expect(targetOf(address, [], defaults)).toEqual({
      url,
      labels: [
        ['env', 'test'],
        ['instance', instance],
        ['job', 'j'],
      ],
    })
  })

  it('has labels of its own, and says by some how it is asked', () => {
    const own = [
      ['env', 'prod'],
      ['instance', 'db'],
      ['__metrics_path__', '/m'],
      ['__scheme__', 'https'],
      ['__meta_x', 'y'],
    ] as const
    expect(targetOf('h:1', own, defaults)).toEqual({
      url: 'https://h:1/m',
      labels: [
        ['env', 'prod'],
        ['instance', 'db'],
        ['job', 'j'],
      ],
    })
  })

  it.each(['', 'a b', 'ftp://h/x', 'h:99999'])('is none: %j', (address) => {
    expect(() => targetOf(address, [], defaults)).toThrow('is no address')
  })
})
