import { refuseStrangers } from './same-origin.ts'

const rules = {
  names: ['connect.example.com'],
  allows: (origin: string) => origin === 'https://ui.example.com',
}

describe('REST', () => {
  it.each([
    [{ host: '127.0.0.1:8083' }],
    [{ host: 'localhost:8083' }],
    [{ host: '[::1]:8083' }],
    [{ host: '10.0.0.7' }],
    [{ host: 'connect.example.com:8083' }],
    [{ host: 'localhost:8083', origin: 'http://localhost:8083' }],
    [{ host: 'localhost:8443', origin: 'https://localhost:8443' }],
    [{ host: 'localhost:8083', origin: 'https://ui.example.com' }],
    [{}],
  ])('serves %j', (headers) => {
    expect(() => refuseStrangers(headers, rules)).not.toThrow()
  })

  it.each([
    [{ host: 'evil.example.com' }],
    [{ host: 'evil.example.com:8083', origin: 'http://evil.example.com:8083' }],
    [{ host: 'localhost:8083', origin: 'https://evil.example.com' }],
    [{ host: 'localhost:8083', origin: 'null' }],
    [{ host: 'not a host' }],
  ])('refuses %j', (headers) => {
    expect(() => refuseStrangers(headers, rules)).toThrow(/REST/)
  })
})
