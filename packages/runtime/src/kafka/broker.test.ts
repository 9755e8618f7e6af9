import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Broker } from './broker.ts'
import { metadataApi } from './cluster-apis.ts'
import { clientConfig } from './settings/client-settings.ts'
import { SettingReader } from './settings/setting-reader.ts'
import { FakeBroker } from './testing/fake-broker.ts'
import type { KafkaReach } from './types.ts'

const body = { topics: [], allowAutoTopicCreation: false }

function brokerAt(
  port: number,
  settings: Readonly<Record<string, string>> = {},
  reach: KafkaReach = {},
): Broker {
  const all = { 'bootstrap.servers': `127.0.0.1:${port}`, 'reconnect.backoff.ms': '1', ...settings }
  return new Broker(1, { host: '127.0.0.1', port }, clientConfig(new SettingReader(all), reach))
}

describe('Broker', () => {
  let fake: FakeBroker
  beforeEach(async () => {
    fake = await FakeBroker.start({ orders: 1 })
  })
  afterEach(() => fake.stop())

  it('connects again after the connection broke', async () => {
    const broker = brokerAt(fake.port)
    await broker.call(metadataApi, body)
    broker.disconnect()
    await expect(broker.call(metadataApi, body)).resolves.toMatchObject({ controllerId: 1 })
    broker.close()
  })

  it('rejects what is in flight when it is closed, and all that comes later', async () => {
    const broker = brokerAt(fake.port)
    await broker.connection()
    const pending = broker.call(metadataApi, body)
    await Promise.resolve()
    broker.close()
    await expect(pending).rejects.toMatchObject({ code: 'CLOSED', retriable: false })
    await expect(broker.call(metadataApi, body)).rejects.toMatchObject({ code: 'CLOSED' })
  })

  it('rejects as retriable where nobody listens', async () => {
    const { port } = fake
    await fake.stop()
    const broker = brokerAt(port)
    await expect(broker.call(metadataApi, body)).rejects.toMatchObject({ code: 'NETWORK', retriable: true })
    broker.close()
    fake = await FakeBroker.start({})
  })

  it('ends a wait by its signal and goes on with the connection', async () => {
    const broker = brokerAt(fake.port)
    await broker.connection()
    const stopping = new AbortController()
    const pending = broker.call(metadataApi, body, { signal: stopping.signal })
    stopping.abort(new Error('stopped'))
    await expect(pending).rejects.toThrow('stopped')
    await expect(broker.call(metadataApi, body)).resolves.toBeDefined()
    broker.close()
  })

  it('loses no call to a connection that is given up as idle at that moment', async () => {
    const broker = brokerAt(fake.port)
    await broker.connection()
    const calls = [broker.call(metadataApi, body), broker.call(metadataApi, body)]
    await broker.retire()
    await expect(Promise.all(calls)).resolves.toHaveLength(2)
    broker.close()
  })

  describe('when its login runs out', () => {
    const jaas = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";'
    const plain = {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': jaas,
    }

    it('renews it on the same connection, and lets nothing come between', async () => {
      const broker = brokerAt(fake.port, plain)
      const first = await broker.connection()
      const before = Array.from({ length: 3 }, () => broker.call(metadataApi, body))
      first.renewAt = 0
      const after = Array.from({ length: 5 }, () => broker.call(metadataApi, body))
      const written = first.exchange({ name: 'Metadata', key: 3, version: 1, body: [], timeoutMs: 5000 })
      await expect(Promise.all([...before, ...after, written])).resolves.toHaveLength(9)
      expect(fake.logins).toEqual([2])
      expect(first.renewAt).toBeGreaterThan(performance.now())
      broker.close()
    })

    it('makes another connection where the renewal is refused', async () => {
      const broker = brokerAt(fake.port, plain)
      const first = await broker.connection()
      first.renewAt = 0
      fake.loginErrors.push(58)
      await expect(broker.call(metadataApi, body)).resolves.toBeDefined()
      expect(fake.logins).toEqual([2, 1])
      expect(first.open).toBe(false)
      broker.close()
    })

    it('goes on with the old one as long as there is no token', async () => {
      let fails = false
      const token = async () => {
        if (fails) throw new Error('no credentials')
        return { value: 'token' }
      }
      const broker = brokerAt(fake.port, { 'security.protocol': 'SASL_PLAINTEXT' }, { token })
      const first = await broker.connection()
      first.renewAt = 0
      fails = true
      await expect(broker.call(metadataApi, body)).resolves.toBeDefined()
      expect(await broker.connection()).toBe(first)
      first.renewAt = 0
      fails = false
      await expect(broker.call(metadataApi, body)).resolves.toBeDefined()
      expect(fake.logins).toEqual([2])
      broker.close()
    })

    it('says for good, with what to check, that a token was refused', async () => {
      fake.loginErrors.push(58)
      const refused = async () => ({ advice: 'Check the clock.', retriable: false })
      const reach = { token: async () => ({ value: 'token' }), refused }
      const broker = brokerAt(fake.port, { 'security.protocol': 'SASL_PLAINTEXT' }, reach)
      await expect(broker.call(metadataApi, body)).rejects.toMatchObject({
        code: 'SASL_AUTHENTICATION_FAILED',
        retriable: false,
        message: 'The broker refused the login: error code 58. Check the clock.',
      })
      broker.close()
    })
  })
})

describe('Broker, when the peer has vanished', () => {
  let server: Server
  const sockets: Socket[] = []
  let port = 0
  beforeEach(async () => {
    server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    port = typeof address === 'object' && address ? address.port : 0
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    server.close()
    await once(server, 'close')
  })

  it('rejects as retriable within the time of a request, and with it all that waits', async () => {
    const settings = { 'request.timeout.ms': '50', 'socket.connection.setup.timeout.ms': '50' }
    const broker = brokerAt(port, settings)
    const calls = [broker.call(metadataApi, body), broker.call(metadataApi, body)]
    for (const call of calls) await expect(call).rejects.toMatchObject({ retriable: true })
    broker.close()
  })

  it('says what to check when a TLS listener answers a plain connection', async () => {
    server.once('connection', (socket: Socket) => socket.end())
    const broker = brokerAt(port)
    await expect(broker.call(metadataApi, body)).rejects.toThrow('is security.protocol right?')
    broker.close()
  })
})
