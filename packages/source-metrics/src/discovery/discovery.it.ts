import { createSocket, type Socket } from 'node:dgram'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configOf, fakeTask } from '@sluice/testkit'
import { metricsFields } from '../config/fields.ts'
import { splitTargets } from '../scrape/split.ts'
import { discover } from './discover.ts'

const signal = new AbortController().signal

function contextOf(settings: Readonly<Record<string, string>>) {
  const config = configOf(metricsFields, {
    topic: 't',
    'metrics.input': 'scrape',
    'scrape.job': 'j',
    ...settings,
  })
  return { ...fakeTask(config), signal }
}

async function found(settings: Readonly<Record<string, string>>): Promise<readonly string[]> {
  return (await discover(contextOf(settings))).map(({ url, labels }) =>
    [
      url,
      ...labels.flatMap(([name, value]) =>
        name === 'job' || name === 'instance' ? [] : [`${name}=${value}`],
      ),
    ].join(' '),
  )
}

describe('targets from files', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-targets-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('are listed in JSON and YAML, with labels', async () => {
    writeFileSync(join(folder, 'a.json'), '[{"targets": ["h1:1", "h2:1"], "labels": {"env": "test"}}]')
    writeFileSync(join(folder, 'b.yml'), '- targets: [h3:1]\n')
    writeFileSync(join(folder, 'c.txt'), 'nonsense')
    expect(
      await found({
        'scrape.file.sd.files': `${folder}/*.json,${folder}/b.yml`,
        'scrape.targets': 'h3:1,h0:1',
      }),
    ).toEqual([
      'http://h0:1/metrics',
      'http://h1:1/metrics env=test',
      'http://h2:1/metrics env=test',
      'http://h3:1/metrics',
    ])
  })

  it.each(['{}', '[{"targets": "h"}]', '[{"targets": [1]}]', '[', '[{"targets": [], "labels": 3}]'])(
    'are not taken from a file that is wrong, which is named: %s',
    async (text) => {
      writeFileSync(join(folder, 'a.json'), text)
      await expect(found({ 'scrape.file.sd.files': join(folder, 'a.json') })).rejects.toThrow(
        'a.json of scrape.file.sd.files',
      )
    },
  )

  it('are divided anew when they come and go', async () => {
    const file = join(folder, 'a.json')
    writeFileSync(file, '[{"targets": ["h1:1"]}]')
    const life = new AbortController()
    const context = contextOf({ 'scrape.file.sd.files': file, 'scrape.discovery.interval.ms': '100' })
    const { promise: again, resolve: resplit } = Promise.withResolvers<void>()
    const slices = await splitTargets({ ...context, signal: life.signal, maxTasks: 4, resplit })
    expect(slices).toHaveLength(1)
    writeFileSync(file, '[{"targets": ["h1:1", "h2:1"]}]')
    // the timer of the watch keeps no process alive
    const keeping = setInterval(() => {}, 1000)
    await again
    clearInterval(keeping)
    life.abort()
  })

  it('are no more than may be', async () => {
    const context = contextOf({ 'scrape.targets': 'h1:1,h2:1,h3:1', 'scrape.target.limit': '2' })
    const slices = await splitTargets({ ...context, maxTasks: 1, resplit: () => {} })
    expect(slices[0]?.targets.map(({ url }) => url)).toEqual(['http://h1:1/metrics', 'http://h2:1/metrics'])
  })
})

describe('targets from DNS', () => {
  let server: Socket
  let dns: string
  beforeAll(async () => {
    server = createSocket('udp4')
    server.on('message', (query, { port, address }) => server.send(answerTo(query), port, address))
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
    dns = `127.0.0.1:${server.address().port}`
  })
  afterAll(() => void server.close())

  it('are SRV records with their ports, and addresses with that of the settings', async () => {
    const srv = { 'scrape.dns.names': '_metrics._tcp.example.test', 'scrape.dns.server': dns }
    expect(await found(srv)).toEqual(['http://one.example.test:9100/metrics'])
    const a = {
      'scrape.dns.names': 'example.test',
      'scrape.dns.type': 'A',
      'scrape.dns.port': '9',
      'scrape.dns.server': dns,
    }
    expect(await found(a)).toEqual(['http://10.1.2.3:9/metrics'])
  })

  it('are no answer where DNS has none', async () => {
    const gone = { 'scrape.dns.names': 'gone.test', 'scrape.dns.server': dns }
    await expect(found(gone)).rejects.toThrow('DNS gives no SRV records of gone.test')
  })
})

/** One SRV or A record for whatever is asked, no such name for `gone`. */
function answerTo(query: Buffer): Buffer {
  let at = 12
  while (query[at] !== 0) at += query[at]! + 1
  const question = query.subarray(12, at + 5)
  const isGone = query.includes('gone')
  const type = query.readUInt16BE(at + 1)
  const head = Buffer.alloc(12)
  query.copy(head, 0, 0, 2)
  head.writeUInt16BE(isGone ? 0x8183 : 0x8180, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(isGone ? 0 : 1, 6)
  if (isGone) return Buffer.concat([head, question])
  const name = Buffer.concat(
    ['one', 'example', 'test'].map((one) => Buffer.from([one.length, ...Buffer.from(one)])),
  )
  const srv = Buffer.concat([Buffer.from([0, 0, 0, 0, 9100 >> 8, 9100 & 255]), name, Buffer.from([0])])
  const data = type === 33 ? srv : Buffer.from([10, 1, 2, 3])
  const record = Buffer.from([
    0xc0,
    12,
    type >> 8,
    type & 255,
    0,
    1,
    0,
    0,
    0,
    60,
    data.length >> 8,
    data.length & 255,
  ])
  return Buffer.concat([head, question, record, data])
}
