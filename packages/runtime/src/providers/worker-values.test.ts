import {
  type ConfigProviderDefinition,
  defineConfigProvider,
  defineSource,
  int,
  list,
  secret,
} from '@sluice/template'
import { restScene, type RestScene } from '../rest/testing/rest-scene.ts'
import { connectorOf } from '../worker/fixtures/connector-of.ts'
import { createWorker } from '../worker/worker.ts'

const values = new Map<string, string>()
const vault: ConfigProviderDefinition = defineConfigProvider({
  name: 'vault',
  version: '1',
  doc: 'For tests.',
  config: {},
  open: async () => ({
    get: async (path, keys) => {
      if (path === 'down') throw new Error('The vault is sealed.')
      return { values: new Map(keys.filter((key) => values.has(key)).map((key) => [key, values.get(key)!])) }
    },
  }),
})

const split: unknown[] = []
const tables = defineSource({
  name: 'tables',
  version: '1',
  doc: 'For tests.',
  config: {
    tables: list({ doc: 'Tables.' }),
    connectionPassword: secret({ doc: 'Password.', optional: true }),
    port: int({ doc: 'Port.', default: 1 }),
  },
  split: ({ config }) => {
    split.push(config)
    return config.tables.map((table) => ({ table, password: config.connectionPassword ?? null }))
  },
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})

const lines: string[] = []
const line = (fields: object, message: string): void =>
  void lines.push(`${message} ${JSON.stringify(fields)}`)
const log = { debug: line, info: line, warn: line, error: line, child: () => log }

let scene: RestScene
beforeEach(async () => {
  values.clear()
  values.set('pw', 's3cr3t-word').set('port', '5432').set('workers', '3').set('brokers', 'broker:9092')
  split.length = 0
  lines.length = 0
  scene = await restScene({
    plugins: [tables, vault],
    logger: log,
    kafka: '${vault:brokers}',
    settings: { 'config.providers': 'vault', 'task.threads': '${vault:workers}' },
  })
})
afterEach(() => scene[Symbol.asyncDispose]())

const config = {
  'connector.class': 'tables',
  'tasks.max': '2',
  tables: 'a,b',
  'connection.password': '${vault:pw}',
}

describe('a worker with config providers', () => {
  it('has values in its own settings', () => {
    expect(scene.worker.config.taskThreads).toBe(3)
    expect(scene.worker.config.bootstrapServers).toBe('broker:9092')
  })

  it('gives values to the connector, and shows and keeps references', async () => {
    const put = await scene.call('PUT', '/connectors/orders/config', { ...config, port: '${vault:port}' })
    expect(put.status).toBe(201)
    await connectorOf(scene.worker, 'orders').settled()
    expect(split).toEqual([{ tables: ['a', 'b'], connectionPassword: 's3cr3t-word', port: 5432 }])
    const { options } = scene.tasks[0]!
    expect(options.settings.get('connection.password')).toBe('${vault:pw}')
    expect(options.slice).toEqual({ table: 'a', password: '${vault:pw}' })
    expect((await options.resolve!(options.settings)).get('connection.password')).toBe('s3cr3t-word')
    for (const url of ['/connectors/orders', '/connectors/orders/config', '/connectors/orders/tasks']) {
      const text = JSON.stringify((await scene.call('GET', url)).body)
      expect(text).toContain('${vault:pw}')
      expect(text).not.toContain('s3cr3t')
    }
    expect(lines.join('\n')).not.toContain('s3cr3t')
  })

  it('can be given back what it shows', async () => {
    await scene.call('PUT', '/connectors/orders/config', config)
    const shown = await scene.call('GET', '/connectors/orders/config')
    expect((await scene.call('PUT', '/connectors/orders/config', shown.body)).status).toBe(200)
    expect(connectorOf(scene.worker, 'orders').plan.settings.get('connection.password')).toBe('${vault:pw}')
  })

  it('refuses references that can’t be looked up, by provider, path and key', async () => {
    const body = { ...config, 'connection.password': '${vault:db:none}', tables: '${vault:down:tables}' }
    const { status, body: answer } = await scene.call('PUT', '/connectors/orders/config', body)
    expect(status).toBe(400)
    const { message } = answer as { message: string }
    expect(message).toContain(
      'connection.password refers to ${vault:db:none}, but the provider vault has no "none" in db\n',
    )
    expect(message).toContain(
      'tables refers to ${vault:down:tables}, but the provider vault could not look it up: The vault is sealed\n',
    )
    expect(message).toContain('2 error(s)')
  })

  it('starts with what a provider doesn’t tell just now, where a program waits', async () => {
    await scene.worker.connectors.put('orders', { ...config, 'connection.password': '${vault:down:pw}' })
    expect(lines.join('\n')).toContain('could not look it up: The vault is sealed.')
    await connectorOf(scene.worker, 'orders').settled()
    expect(scene.worker.connectors.status('orders').connector.state).toBe('FAILED')
  })

  it('validates by the values, and echoes the references', async () => {
    values.set('port', 's3cr3t-port')
    const url = '/connector-plugins/tables/config/validate'
    const { body } = await scene.call('PUT', url, { ...config, name: 'x', port: '${vault:port}' })
    const text = JSON.stringify(body)
    expect(text).toContain('must be a whole number, not \\"********\\"')
    expect(text).toContain('${vault:port}')
    expect(text).not.toContain('s3cr3t')
  })

  it('suggests a provider where a password is written out, once for a connector', async () => {
    const literal = { ...config, 'connection.password': 'hush-hush' }
    for (const name of ['orders', 'orders', 'lines'])
      await scene.call('PUT', `/connectors/${name}/config`, literal)
    await scene.call('PUT', '/connectors/fine/config', config)
    const warnings = lines.filter((text) => text.includes('written out'))
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toContain('connection.password has its secret written out')
    expect(lines.join('\n')).not.toContain('hush-hush')
  })

  it('warns where a secret only looks like a reference', async () => {
    await scene.call('PUT', '/connectors/orders/config', { ...config, 'connection.password': '${nobody:pw}' })
    expect(lines.join('\n')).toContain('connection.password looks like a reference, but config.providers')
  })

  it('masks what a task says of its state', async () => {
    await scene.call('PUT', '/connectors/orders/config', config)
    await connectorOf(scene.worker, 'orders').settled()
    const seen: unknown[] = []
    scene.worker.on('state', (change) => seen.push(change))
    scene.tasks[0]!.options.onStatus({ state: 'FAILED', trace: 'Error: no login with s3cr3t-word' })
    expect(seen).toEqual([
      { connector: 'orders', task: 0, state: 'FAILED', trace: 'Error: no login with ********' },
    ])
  })
})

describe('a worker whose own settings refer to nothing that there is', () => {
  it('does not start, and says why', async () => {
    const settings = { 'bootstrap.servers': '${vault:x:none}', 'config.providers': 'vault' }
    const worker = createWorker({ plugins: [vault], settings })
    await expect(worker.start()).rejects.toThrow(
      'The setting bootstrap.servers refers to ${vault:x:none}, but the provider vault has no "none" in x.',
    )
  })

  it('masks values in what it says of others', async () => {
    values.set('brokers', 's3cr3t-word')
    const settings = {
      'bootstrap.servers': 'a:1',
      'task.threads': '${vault:brokers}',
      'config.providers': 'vault',
    }
    const worker = createWorker({ plugins: [vault], settings })
    await expect(worker.start()).rejects.toThrow('task.threads must be a whole number, not "********"')
  })
})
