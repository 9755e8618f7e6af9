import { readListeners } from './listeners.ts'

const read = (...texts: string[]) => readListeners(texts, { open: false })

describe('listeners', () => {
  it.each([
    ['http://:8083', { protocol: 'http', host: '127.0.0.1', port: 8083 }],
    ['http://127.0.0.1:80', { protocol: 'http', host: '127.0.0.1', port: 80 }],
    ['HTTP://localhost:8083/', { protocol: 'http', host: 'localhost', port: 8083 }],
    ['http://[::1]:0', { protocol: 'http', host: '::1', port: 0 }],
    ['https://:8443', { protocol: 'https', host: '127.0.0.1', port: 8443 }],
    [':9', { protocol: 'http', host: '127.0.0.1', port: 9 }],
  ])('reads %s', (text, listener) => {
    expect(read(text)).toEqual({ listeners: [listener], issues: [] })
  })

  it.each(['http://0.0.0.0:8083', 'http://connect.example.com:8083', 'http://[::]:8083'])(
    'refuses %s, which strangers may reach, unless told otherwise',
    (text) => {
      expect(read(text).issues[0]?.message).toContain('listeners.insecure=true')
      expect(readListeners([text], { open: true }).listeners).toHaveLength(1)
    },
  )

  it('names the setting that is wrong', () => {
    expect(readListeners(['x'], { field: 'admin.listeners', open: false }).issues[0]?.field).toBe(
      'admin.listeners',
    )
  })

  it.each(['ftp://:1', 'http://:99999', 'nonsense', 'http://:'])('refuses %s', (text) => {
    expect(read(text).issues[0]?.message).toContain(`has "${text}"`)
  })
})
