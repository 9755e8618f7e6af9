import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { differences, differencesText } from './differences.ts'
import { listText } from './list.ts'
import { offsetsText } from './offsets.ts'
import { RestClient } from './rest-client.ts'
import { restAccess } from './rest-flags.ts'
import { hasFailed, statusText } from './status.ts'
import { watch } from './watch.ts'

describe('the way to a worker', () => {
  it.each([
    [{}, {}, { url: 'http://127.0.0.1:8083' }],
    [{}, { SLUICE_REST: 'https://a:1/' }, { url: 'https://a:1' }],
    [{ rest: 'b:2' }, { SLUICE_REST: 'https://a:1/' }, { url: 'http://b:2' }],
    [
      { rest: 'http://me:p%40ss@b:2/connect/' },
      {},
      { url: 'http://b:2/connect', login: { name: 'me', password: 'p@ss' } },
    ],
    [{ user: 'you' }, { SLUICE_REST_PASSWORD: 'x' }, { login: { name: 'you', password: 'x' } }],
    [{}, { SLUICE_REST_USER: 'u', SLUICE_REST_PASSWORD: 'x' }, { login: { name: 'u', password: 'x' } }],
    [{ insecure: true as const, timeout: 5 }, {}, { tls: { rejectUnauthorized: false }, timeoutMs: 5000 }],
  ])('is read of %j and %j', async (flags, env, expected) => {
    expect(await restAccess(flags, env)).toMatchObject(expected)
  })

  it.each(['foo', 'ftp://a:1', ''])('is no %j', async (rest) => {
    await expect(restAccess({ rest }, {})).rejects.toThrow(`--rest takes the address of a worker`)
  })

  it('says what to do where nothing answers', async () => {
    const rest = new RestClient(await restAccess({ rest: 'http://127.0.0.1:1' }, {}))
    await expect(rest.call('GET', '/')).rejects.toThrow(
      'no worker answers at http://127.0.0.1:1 (connect ECONNREFUSED 127.0.0.1:1). Start one (sluice standalone or sluice distributed), or say where it is',
    )
  })

  it('says so where something else answers', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      const access = await restAccess({ rest: `127.0.0.1:${port}` }, {})
      await expect(new RestClient(access).call('GET', '/')).rejects.toThrow('is no Kafka Connect worker')
      const tls = await restAccess({ rest: `https://127.0.0.1:${port}` }, {})
      await expect(new RestClient(tls).call('GET', '/')).rejects.toThrow('is it http, not https?')
    } finally {
      server.close()
    }
  })
})

const status = {
  name: 'orders',
  type: 'source',
  connector: { state: 'RUNNING', worker_id: 'a:8083' },
  tasks: [
    { id: 0, state: 'RUNNING', worker_id: 'a:8083', detail: 'It waits for a lock.' },
    {
      id: 1,
      state: 'FAILED',
      worker_id: 'b:8083',
      trace: 'Error: no login\n    at open\nIt restarts itself at 12:00.',
    },
  ],
}

describe('what is shown', () => {
  it('is a line for each connector', () => {
    const tasks = [
      { id: 0, state: 'RUNNING', worker: 'a:1' },
      { id: 1, state: 'FAILED', worker: 'a:1' },
      { id: 2, state: 'RUNNING', worker: 'a:1' },
    ]
    const one = { name: 'orders', type: 'source', class: 'postgres', state: 'RUNNING', worker: 'a:1', tasks }
    expect(listText([one, { ...one, name: 'x', class: null, worker: '', tasks: [] }])).toBe(
      [
        'NAME    TYPE    STATE    TASKS                CLASS     WORKER',
        'orders  source  RUNNING  2 running, 1 failed  postgres  a:1',
        'x       source  RUNNING  none                 -         -',
        '',
      ].join('\n'),
    )
    expect(listText([])).toContain('sluice connector create')
  })

  it('is the state of each task, with why it failed', () => {
    expect(statusText([status], { trace: false })).toBe(
      [
        'orders (source)',
        '  connector  RUNNING  a:8083',
        '  task 0     RUNNING  a:8083  It waits for a lock.',
        '  task 1     FAILED   b:8083  Error: no login It restarts itself at 12:00.',
        '',
      ].join('\n'),
    )
    expect(statusText([status], { trace: true })).toContain(
      '\n  task 1:\n    Error: no login\n        at open\n',
    )
    expect(hasFailed(status)).toBe(true)
    expect(hasFailed({ ...status, tasks: [] })).toBe(false)
  })

  it('is a table of offsets, by what they are', () => {
    const offsets = [
      { partition: { kafka_topic: 't', kafka_partition: 3 }, offset: { kafka_offset: 9007199254740993n } },
    ]
    expect(offsetsText({ offsets })).toBe('TOPIC  PARTITION  OFFSET\nt      3          9007199254740993\n')
    const source = [{ partition: { table: 'a' }, offset: { id: 9007199254740993n } }]
    expect(offsetsText({ offsets: source })).toBe(
      'PARTITION      OFFSET\n{"table":"a"}  {"id":9007199254740993}\n',
    )
  })

  it('is what differs, without secrets', () => {
    const mask = (settings: ReadonlyMap<string, string>) =>
      new Map([...settings].map(([key, value]) => [key, key === 'pw' ? '********' : value]))
    const all = differences(
      new Map([
        ['a', '1'],
        ['b', '2'],
        ['gone', 'x'],
        ['pw', '********'],
      ]),
      new Map([
        ['a', '1'],
        ['b', '3'],
        ['new', 'y'],
        ['pw', 'hush'],
      ]),
      mask,
    )
    expect(differencesText(all)).toBe(
      [
        '  ~  b     2  ->  3',
        '  -  gone  x',
        '  +  new   y',
        "  ~  pw    ********  (a secret; what is there isn't shown, so it is set anew)",
        '',
      ].join('\n'),
    )
    expect(differences(new Map([['pw', '********']]), new Map([['pw', '********']]), mask)).toEqual([])
  })

  it('is shown again where it is watched, when it has changed, and failures pass', async () => {
    const shown = ['a\n', 'a\n', new Error('no worker'), 'b\n']
    const ended = new AbortController()
    let written = ''
    await watch(
      async () => {
        const next = shown.shift()
        if (shown.length === 0) setImmediate(() => ended.abort())
        if (next instanceof Error) throw next
        return next!
      },
      {
        everyMs: 1,
        onScreen: false,
        signal: ended.signal,
        write: (text) => (written += text),
        now: () => new Date('2026-01-01T12:00:00Z'),
      },
    )
    expect(written).toBe('a\n\n12:00:00\nsluice: no worker\n\n12:00:00\nb\n')
  })
})
