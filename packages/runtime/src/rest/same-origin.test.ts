import { refuseStrangers } from './same-origin.ts'

describe('REST', () => {
  it.each([
    [{ host: '127.0.0.1:8083' }],
    [{ host: 'localhost:8083' }],
    [{ host: '[::1]:8083' }],
    [{ host: '10.0.0.7' }],
    [{ host: 'connect.example.com:8083' }],
    [{ host: 'localhost:8083', origin: 'http://localhost:8083' }],
    [{}],
  ])('serves %j', (headers) => {
    expect(() => refuseStrangers(headers, ['connect.example.com'])).not.toThrow()
  })

  it.each([
    [{ host: 'evil.example.com' }],
    [{ host: 'evil.example.com:8083', origin: 'http://evil.example.com:8083' }],
    [{ host: 'localhost:8083', origin: 'https://evil.example.com' }],
    [{ host: 'localhost:8083', origin: 'null' }],
    [{ host: 'not a host' }],
  ])('refuses %j', (headers) => {
    expect(() => refuseStrangers(headers, ['connect.example.com'])).toThrow(/REST/)
  })
})
