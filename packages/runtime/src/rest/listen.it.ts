import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineSource } from '@sluice/template'
import { silentLogger } from '../telemetry/logger.ts'
import { NotLeader } from '../worker/forward-request.ts'
import { createWorker, type Worker } from '../worker/worker.ts'
import { httpCall } from './http-call.ts'
import { type RunningRest, startRest } from './listen.ts'
import { clientTls } from './tls.ts'

let folder: string
const at = (name: string): string => join(folder, name)
const openssl = (...args: string[]): void =>
  void execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })

/** One authority, and keys for a server and for a client, in PEM; the server's in PKCS12 too. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-tls-'))
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=Ca',
  )
  await writeFile(at('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  for (const name of ['server', 'client']) {
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${name}`,
    )
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'ext', '-days', '2']
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, ...signing)
    await writeFile(
      at(`${name}.pem`),
      (await readFile(at(`${name}.key`), 'utf8')) + (await readFile(at(`${name}.crt`), 'utf8')),
    )
  }
  openssl(
    'pkcs12',
    '-export',
    '-in',
    'server.crt',
    '-inkey',
    'server.key',
    '-out',
    'server.p12',
    '-passout',
    'pass:hush',
  )
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

const idle = defineSource({
  name: 'idle',
  version: '1.0.0',
  doc: 'For tests.',
  config: {},
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})

interface Scene extends AsyncDisposable {
  readonly worker: Worker
  readonly rest: RunningRest
}

async function listening(settings: Record<string, string>): Promise<Scene> {
  const worker = createWorker({ kafka: '127.0.0.1:1', plugins: [idle], settings })
  await worker.start()
  const metricsText = async () => ({ contentType: 'text/plain', text: '' })
  const context = { worker, clusterId: () => undefined, ready: () => true, metricsText }
  const rest = await startRest(context, silentLogger).catch(async (error: unknown) => {
    await worker.stop()
    throw error
  })
  return {
    worker,
    rest,
    [Symbol.asyncDispose]: async () => {
      await rest.close()
      await worker.stop()
    },
  }
}

const tls = (store: Record<string, string>, prefix = 'listeners.https.'): Record<string, string> =>
  Object.fromEntries(Object.entries(store).map(([key, value]) => [prefix + key, value]))
const pemStore = () => ({ 'ssl.keystore.location': at('server.pem'), 'ssl.keystore.type': 'PEM' })
const call = (url: string, path: string, how: object = {}) =>
  httpCall(new URL(path, url), { method: 'GET', timeoutMs: 5000, ...how })
const ca = async () => ({ tls: { ca: await readFile(at('ca.pem'), 'utf8') } })

describe('https listeners', () => {
  it.each([
    ['PEM', pemStore],
    ['PKCS12', () => ({ 'ssl.keystore.location': at('server.p12'), 'ssl.keystore.password': 'hush' })],
  ])('serve with a key store in %s', async (_, store) => {
    await using scene = await listening({ listeners: 'https://localhost:0', ...tls(store()) })
    const [url = ''] = scene.rest.addresses
    expect(url).toMatch(/^https:/)
    expect(await call(url, '/connectors', await ca())).toMatchObject({ status: 200 })
    await expect(call(url, '/connectors')).rejects.toThrow(/certificate/)
    expect(scene.worker.restUrl).toBe(`${url}/`)
  })

  it("use the worker's ssl.* where they have none of their own", async () => {
    await using scene = await listening({ listeners: 'https://localhost:0', ...pemStore() })
    expect(await call(scene.rest.addresses[0]!, '/', await ca())).toMatchObject({ status: 200 })
  })

  it('let in only clients with a certificate where that is required', async () => {
    const trust = { 'ssl.truststore.location': at('ca.pem'), 'ssl.client.auth': 'required' }
    await using scene = await listening({
      listeners: 'https://localhost:0',
      ...tls({ ...pemStore(), ...trust }),
    })
    const [url = ''] = scene.rest.addresses
    await expect(call(url, '/', await ca())).rejects.toThrow()
    const own = await readFile(at('client.pem'), 'utf8')
    expect(await call(url, '/', { tls: { ...(await ca()).tls, cert: own, key: own } })).toMatchObject({
      status: 200,
    })
  })

  it.each([
    [{}, 'ssl.keystore.location is missing'],
    [{ 'ssl.keystore.location': '/nowhere.pem' }, "ssl.keystore.location can't be read"],
  ])('say what is wrong with %j', async (store, message) => {
    await expect(listening({ listeners: 'https://localhost:0', ...tls(store) })).rejects.toThrow(message)
  })

  it('are where a worker forwards to, by its own settings', async () => {
    const settings = tls({ ...pemStore(), 'ssl.truststore.location': at('ca.pem') })
    await using leader = await listening({ listeners: 'https://localhost:0', ...settings })
    await leader.worker.connectors.put('a', 'idle', {})
    await using follower = await listening({ listeners: 'https://localhost:0', ...settings })
    follower.worker.connectors.pause = async () => Promise.reject(new NotLeader(leader.worker.restUrl))
    const trust = { tls: clientTls(follower.worker.config, follower.worker.settings) }
    const answer = await call(follower.rest.addresses[0]!, '/connectors/a/pause', { method: 'PUT', ...trust })
    expect(answer.status).toBe(202)
    expect(leader.worker.connectors.status('a').connector.state).toBe('PAUSED')
  })
})

describe('admin.listeners', () => {
  it('move /admin, and nothing else', async () => {
    await using scene = await listening({
      listeners: 'http://localhost:0',
      'admin.listeners': 'http://127.0.0.1:0',
    })
    const [url = ''] = scene.rest.addresses
    const [admin = ''] = scene.rest.adminAddresses
    expect(await call(url, '/connectors')).toMatchObject({ status: 200 })
    expect(await call(url, '/admin/loggers')).toMatchObject({ status: 404 })
    expect(await call(admin, '/admin/loggers')).toMatchObject({ status: 200 })
    expect(await call(admin, '/connectors')).toMatchObject({ status: 404 })
    expect(scene.worker.restUrl).toBe(`${url}/`)
  })

  it('have TLS of their own', async () => {
    const settings = tls(pemStore(), 'admin.listeners.https.')
    await using scene = await listening({
      'admin.listeners': 'https://localhost:0',
      listeners: 'http://localhost:0',
      ...settings,
    })
    expect(await call(scene.rest.adminAddresses[0]!, '/admin/loggers', await ca())).toMatchObject({
      status: 200,
    })
  })

  it('take /admin away where they are empty', async () => {
    await using scene = await listening({ listeners: 'http://localhost:0', 'admin.listeners': '' })
    expect(scene.rest.adminAddresses).toEqual([])
    expect(await call(scene.rest.addresses[0]!, '/admin/loggers')).toMatchObject({ status: 404 })
  })
})

describe('what a worker is known by', () => {
  it.each([
    [{}, /^http:\/\/127.0.0.1:\d+\/$/],
    [{ 'rest.advertised.listener': 'https' }, /^https:\/\/localhost:\d+\/$/],
    [{ 'rest.advertised.host.name': 'connect-1', 'rest.advertised.port': '80' }, /^http:\/\/connect-1\/$/],
  ])('is as rest.advertised.* say: %j', async (advertised, url) => {
    const listeners = 'https://localhost:0,http://127.0.0.1:0'
    await using scene = await listening({ listeners, ...tls(pemStore()), ...advertised })
    expect(scene.worker.restUrl).toMatch(url)
    const { hostname, port } = new URL(scene.worker.restUrl!)
    expect(scene.worker.workerId).toBe(`${hostname}:${port || 80}`)
  })
})
