import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { SourceTask } from '@sluice/template'
import { acceptSource, configOf, fakeTask, memoryLogger, memoryMetrics } from '@sluice/testkit'
import { metricsFields } from '../config/fields.ts'
import { metricsSource } from '../metrics-source.ts'
import { openScrape } from './open-scrape.ts'
import { targetOf } from './target.ts'

type Respond = (request: IncomingMessage, response: ServerResponse) => void

/** A target that answers as it is told to. */
async function targetServer(respond: Respond, tls?: { cert: string; key: string }) {
  const server: Server = tls ? createSecureServer(tls, respond) : createServer(respond)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/metrics`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const page =
  (text: string): Respond =>
  (_request, response) =>
    response.end(text)

describe('scraping a target', () => {
  const opened: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const one of opened.splice(0).toReversed()) await one.close()
  })

  async function serve(respond: Respond, tls?: { cert: string; key: string }): Promise<string> {
    const server = await targetServer(respond, tls)
    opened.push(server)
    return server.url
  }

  async function scrape(url: string, settings: Readonly<Record<string, string>> = {}) {
    const config = configOf(metricsFields, {
      topic: 'metrics',
      'metrics.input': 'scrape',
      'scrape.interval.ms': '300',
      'scrape.timeout.ms': '5000',
      ...settings,
    })
    const target = targetOf(url, [], { scheme: 'http', path: '/metrics', job: 'j', labels: [] })
    const metrics = memoryMetrics()
    const log = memoryLogger()
    const task = await openScrape({ ...fakeTask(config), metrics, log }, [target])
    opened.push({ close: async () => task.close?.() })
    return { task, figures: metrics.values, seen: seenBy(task), lines: log.lines }
  }

  /** Polls until a record is as it should be, and gives it. */
  function seenBy(task: SourceTask<unknown>) {
    const values: { name: string; value: unknown; key: unknown }[] = []
    return async (wanted: (name: string, value: unknown) => boolean) => {
      const signal = AbortSignal.timeout(20_000)
      for (;;) {
        const found = values.find(({ name, value }) => wanted(name, value))
        if (found) return found
        for (const record of (await task.poll({ signal, maxRecords: 100 })) as Iterable<{
          key: unknown
          value: unknown
        }>) {
          const { metric } = record.value as {
            metric: { name: string; gauge?: { value: unknown }; counter?: { value: unknown } }
          }
          values.push({ name: metric.name, value: (metric.gauge ?? metric.counter)?.value, key: record.key })
        }
      }
    }
  }

  it('gives its samples, and what the scrape took', async () => {
    const url = await serve(page('# TYPE a counter\na{b="c"} 7\n'))
    const { seen, figures } = await scrape(url)
    const instance = new URL(url).host
    expect(await seen((name, value) => name === 'a' && value === 7)).toEqual({
      name: 'a',
      value: 7,
      key: `a{b="c",instance="${instance}",job="j"}`,
    })
    await seen((name, value) => name === 'up' && value === 1)
    await seen((name, value) => name === 'scrape_samples_scraped' && value === 1)
    await seen((name, value) => name === 'scrape_duration_seconds' && Number(value) > 0)
    expect(figures.get('scrapes_total')).toBeGreaterThan(0)
  })

  it('says that it is down, that its series have ended, and that it is up again', async () => {
    let text: string | undefined = 'a 7\n'
    const url = await serve((_request, response) => {
      response.statusCode = text === undefined ? 500 : 200
      response.end(text)
    })
    const { seen } = await scrape(url)
    await seen((name, value) => name === 'a' && value === 7)
    text = undefined
    await seen((name, value) => name === 'a' && value === null)
    await seen((name, value) => name === 'up' && value === 0)
    text = 'a 8\n'
    await seen((name, value) => name === 'a' && value === 8)
  })

  it.each<[string, Respond, Readonly<Record<string, string>>, string]>([
    [
      'answers with HTML',
      (_request, response) => response.setHeader('content-type', 'text/html').end('<p>1</p>'),
      {},
      'it answered with HTML',
    ],
    ['answers with something else', page('nothing\nof the kind\n'), {}, 'none of them is a sample'],
    ['takes too long', () => {}, { 'scrape.timeout.ms': '50' }, 'it took longer than 50 ms'],
    [
      'has too large a page',
      page('a 1\n'.repeat(1000)),
      { 'scrape.body.limit.bytes': '1000' },
      'more than 1000 bytes',
    ],
    [
      'unpacks to too large a page',
      (_request, response) =>
        response.setHeader('content-encoding', 'gzip').end(gzipSync('a 1\n'.repeat(1000))),
      { 'scrape.body.limit.bytes': '1000' },
      'more than 1000 bytes',
    ],
    ['has too many samples', page('a 1\nb 1\nc 1\n'), { 'scrape.sample.limit': '2' }, 'more than 2 samples'],
    [
      'breaks off',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('a 1\n')
        setTimeout(() => response.destroy(), 20)
      },
      {},
      'aborted',
    ],
    [
      'sends elsewhere for ever',
      (_request, response) => response.writeHead(302, { location: '/metrics' }).end(),
      {},
      'it redirected more than 5 times',
    ],
  ])(
    'counts one that %s as down, says why, and takes nothing of it',
    async (_what, respond, settings, why) => {
      const { seen, figures, lines } = await scrape(await serve(respond), {
        'scrape.interval.ms': '2000',
        ...settings,
      })
      expect((await seen((name) => name === 'up' || name === 'a')).value).toBe(0)
      expect(figures.get('scrapes_failed_total')).toBeGreaterThan(0)
      expect(lines[0]?.message).toContain(why)
    },
  )

  it('takes packed pages, follows where it is sent, and logs in', async () => {
    const login: (string | undefined)[] = []
    const url = await serve((request, response) => {
      if (request.url === '/metrics') return void response.writeHead(307, { location: '/real' }).end()
      login.push(request.headers.authorization)
      response.setHeader('content-encoding', 'gzip').end(gzipSync('a 1\n'))
    })
    const { seen } = await scrape(url, { 'scrape.user': 'me', 'scrape.password': 'secret' })
    await seen((name, value) => name === 'a' && value === 1)
    expect(login[0]).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`)
  })

  it('gives no login to another server', async () => {
    const login: (string | undefined)[] = []
    const other = await serve((request, response) => {
      login.push(request.headers.authorization)
      response.end('a 1\n')
    })
    const url = await serve((_request, response) => void response.writeHead(302, { location: other }).end())
    const { seen } = await scrape(url, { 'scrape.bearer.token': 'secret' })
    await seen((name) => name === 'a')
    expect(login[0]).toBeUndefined()
  })

  it('holds scrapes back while too much waits for Kafka', async () => {
    const { task, figures } = await scrape(await serve(page('a 1\n')), { 'scrape.buffer.samples': '1' })
    const deadline = Date.now() + 20_000
    while (!figures.get('scrapes_held_total') && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(figures.get('scrapes_held_total')).toBeGreaterThan(0)
    const held = (await task.poll({
      signal: AbortSignal.timeout(5000),
      maxRecords: 100,
    })) as readonly unknown[]
    // those of one scrape, be it one that had no page
    expect([4, 5]).toContain(held.length)
  })

  it('trusts by the certificates it is given, and by no others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-metrics-'))
    opened.push({ close: async () => rmSync(folder, { recursive: true }) })
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject]
    execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    const token = join(folder, 'token')
    writeFileSync(token, 'secret\n')
    const url = await serve(
      (request, response) => {
        response.statusCode = request.headers.authorization === 'Bearer secret' ? 200 : 401
        response.end('a 1\n')
      },
      { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') },
    )
    const distrusting = await scrape(url, { 'scrape.bearer.token.file': token })
    expect((await distrusting.seen((name) => name === 'up')).value).toBe(0)
    const trusting = await scrape(url, { 'scrape.bearer.token.file': token, 'scrape.tls.ca.file': cert })
    await trusting.seen((name, value) => name === 'up' && value === 1)
  })
})

acceptSource({
  definition: metricsSource,
  offsets: 'repeats',
  async arrange(records) {
    const lines = Array.from({ length: records }, (_, n) => `a{n="${n}"} ${n} 1700000000000\n`).join('')
    const server = await targetServer(page(lines))
    return {
      settings: {
        topic: 'metrics',
        'metrics.input': 'scrape',
        'scrape.targets': server.url,
        'scrape.interval.ms': '200',
        'scrape.report': 'false',
      },
      dispose: server.close,
    }
  },
})
