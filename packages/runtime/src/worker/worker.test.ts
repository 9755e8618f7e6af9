import { Registry } from 'prom-client'
import { defineSink, defineSource, int, list, secret, string } from '@sluice/template'
import { ConfigError } from '../task/config-error.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { connectorOf } from './fixtures/connector-of.ts'
import { FakeTask } from './fixtures/fake-task.ts'
import { createWorker, type Worker } from './worker.ts'
import type { WorkerOptions } from './worker-options.ts'

const tables = defineSource({
  name: 'tables',
  aliases: ['org.example.TablesSourceConnector'],
  version: '1.2.3',
  doc: 'For tests.',
  config: {
    tables: list({ doc: 'Tables.' }),
    connectionPassword: secret({ doc: 'Password.', optional: true }),
    batch: int({ doc: 'Batch.', default: 10 }),
  },
  check: async (config) => {
    const missing = { field: 'tables', message: 'has missing, which there is not' } as const
    const away = { field: 'tables', message: 'has away, which is away', mayPass: true } as const
    return [
      ...(config.tables.includes('missing') ? [missing] : []),
      ...(config.tables.includes('away') ? [away] : []),
    ]
  },
  split: ({ config, maxTasks }) => config.tables.slice(0, maxTasks).map((table) => ({ table })),
  parseOffset: (raw) => raw,
  open: async () => ({ poll: async () => [] }),
})

const lake = defineSink({
  name: 'lake',
  version: '1.0.0',
  doc: 'For tests.',
  config: { folder: string({ doc: 'Folder.' }) },
  open: async () => ({ put: async () => {} }),
})

async function start(more: Partial<WorkerOptions> = {}): Promise<{ worker: Worker; tasks: FakeTask[] }> {
  const tasks: FakeTask[] = []
  const worker = createWorker({
    kafka: 'localhost:9092',
    plugins: [tables, lake],
    createTask: (options) => {
      const task = new FakeTask(options)
      tasks.push(task)
      return task
    },
    ...more,
  })
  await worker.start()
  return { worker, tasks }
}

describe('a worker', () => {
  it('runs a connector that is given typed settings, one task a slice', async () => {
    const { worker, tasks } = await start()
    await worker.connectors.put('orders', tables, { tables: ['a', 'b', 'c'], tasksMax: 2 })
    await connectorOf(worker, 'orders').settled()
    expect(tasks.map((task) => task.options.slice)).toEqual([{ table: 'a' }, { table: 'b' }])
    expect(worker.connectors.status('orders')).toMatchObject({
      name: 'orders',
      connector: { state: 'RUNNING', version: '1.2.3' },
      tasks: [{ id: 0, state: 'RUNNING' }, { id: 1 }],
      type: 'source',
    })
    await worker.stop()
    expect(tasks.map((task) => task.calls)).toEqual([['stop'], ['stop']])
  })

  it('finds the definition by the Java class that it stands in for', async () => {
    const { worker } = await start()
    for (const name of ['org.example.TablesSourceConnector', 'TablesSourceConnector', 'TablesSource']) {
      const info = await worker.connectors.put(name, { 'connector.class': name, tables: 'a' })
      expect(info.type).toBe('source')
    }
    await worker.stop()
  })

  it('names all that is wrong with a configuration at once', async () => {
    const { worker } = await start()
    const put = worker.connectors.put('bad', {
      'connector.class': 'lake',
      'tasks.max': 'many',
      'errors.tolerance': 'some',
      topics: 'a',
      'topics.regex': 'b.*',
    })
    const error = (await put.catch((caught: unknown) => caught)) as ConfigError
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.issues.map((issue) => issue.field).toSorted()).toEqual([
      'errors.tolerance',
      'folder',
      'tasks.max',
      'topics',
      'topics.regex',
    ])
    expect(worker.connectors.names()).toEqual([])
    await worker.stop()
  })

  it('refuses what the check of the connector finds', async () => {
    const { worker } = await start()
    await expect(worker.connectors.put('a', tables, { tables: ['missing'] })).rejects.toThrow(
      'tables has missing, which there is not',
    )
    await worker.stop()
  })

  it('starts what waits for the other side, and refuses it only to a request', async () => {
    const warnings: string[] = []
    const logger = { ...silentLogger, warn: (_: object, message: string) => void warnings.push(message) }
    const { worker } = await start({ logger })
    await worker.connectors.put('a', tables, { tables: ['away'] })
    expect(worker.connectors.names()).toEqual(['a'])
    expect(warnings).toContain('The connector waits for the other side: tables has away, which is away.')
    const settings = new Map([
      ['connector.class', 'tables'],
      ['tables', 'away'],
    ])
    await expect(worker.connectors.apply('b', settings)).rejects.toThrow('which is away')
    await expect(worker.connectors.put('c', tables, { tables: ['away', 'missing'] })).rejects.toThrow(
      'which there is not',
    )
    expect(worker.connectors.names()).toEqual(['a'])
    await worker.stop()
  })

  it('keeps the tasks whose slice stays when the work is divided anew', async () => {
    const { worker, tasks } = await start()
    await worker.connectors.put('a', tables, { tables: ['x', 'y'], tasksMax: 5 })
    await connectorOf(worker, 'a').settled()
    await worker.connectors.restart('a')
    await connectorOf(worker, 'a').settled()
    expect(tasks).toHaveLength(2)
    await worker.connectors.put('a', tables, { tables: ['x', 'z'], tasksMax: 5 })
    await connectorOf(worker, 'a').settled()
    expect(tasks).toHaveLength(4)
    await worker.stop()
  })

  it('pauses, resumes, stops and deletes', async () => {
    const { worker, tasks } = await start()
    await worker.connectors.put('a', tables, { tables: ['x'] })
    await connectorOf(worker, 'a').settled()
    await worker.connectors.pause('a')
    expect(worker.connectors.status('a').connector.state).toBe('PAUSED')
    await worker.connectors.resume('a')
    await worker.connectors.stop('a')
    expect(worker.connectors.status('a')).toMatchObject({ connector: { state: 'STOPPED' }, tasks: [] })
    await worker.connectors.resume('a')
    await connectorOf(worker, 'a').settled()
    expect(worker.connectors.status('a').connector.state).toBe('RUNNING')
    await worker.connectors.delete('a')
    expect(() => worker.connectors.get('a')).toThrow('Connector a not found')
    expect(tasks.map((task) => task.calls)).toEqual([['pause', 'resume', 'stop'], ['stop']])
    await worker.stop()
  })

  it('takes odd names', async () => {
    const { worker } = await start()
    for (const name of ['a/b', '__proto__', 'ä 🚰', '..'])
      await worker.connectors.put(name, tables, { tables: ['x'] })
    expect(worker.connectors.names()).toEqual(['a/b', '__proto__', 'ä 🚰', '..'])
    await worker.stop()
  })

  it('logs secrets masked, and keeps them when they are put back so', async () => {
    const logged: object[] = []
    const logger = { ...silentLogger, info: (fields: object) => void logged.push(fields) }
    const { worker } = await start({ logger })
    const info = await worker.connectors.put('a', tables, { tables: ['x'], connectionPassword: 'hush' })
    expect(info.config['connection.password']).toBe('hush')
    expect(JSON.stringify(logged)).toContain('"connection.password":"********"')
    expect(JSON.stringify(logged)).not.toContain('hush')
    await worker.connectors.put('a', { ...info.config, 'connection.password': '********' })
    expect(connectorOf(worker, 'a').plan.settings.get('connection.password')).toBe('hush')
    await worker.stop()
  })

  it('checks settings that are put back masked with the secrets that they stand for', async () => {
    const { worker } = await start()
    const vault = defineSource({
      name: 'vault',
      version: '1.0.0',
      doc: 'For tests.',
      config: { password: secret({ doc: 'Password.' }) },
      check: async ({ password }) =>
        password === 'hush' ? [] : [{ field: 'password' as const, message: `is not ${password}` }],
      parseOffset: (raw) => raw,
      open: async () => ({ poll: async () => [] }),
    })
    const { config } = await worker.connectors.put('a', vault, { password: 'hush' })
    const masked = { ...config, password: '********' }
    expect(await worker.connectors.validate(new Map(Object.entries(masked)))).toEqual([])
    await worker.stop()
  })

  it('keeps the password of a URL that is put back masked', async () => {
    const { worker } = await start()
    const folder = 'http://app:hush@lake/x'
    const { config } = await worker.connectors.put('orders', 'lake', { folder, topics: 't' })
    expect(config).toMatchObject({ folder })
    await worker.connectors.put('orders', { ...config, folder: 'http://app:********@lake/x' })
    expect(connectorOf(worker, 'orders').plan.settings.get('folder')).toBe(folder)
    await worker.stop()
  })

  it('fails a connector that divides its work into more tasks than allowed, and says what to do', async () => {
    const greedy = defineSource({
      ...tables,
      name: 'greedy',
      aliases: [],
      split: () => [{ table: '1' }, { table: '2' }],
    })
    const { worker } = await start({ plugins: [greedy] })
    await worker.connectors.put('a', greedy, { tables: ['x'] })
    await connectorOf(worker, 'a').settled()
    const { connector } = worker.connectors.status('a')
    expect(connector.state).toBe('FAILED')
    expect(connector.trace).toContain('tasks.max is 1, but the connector divides its work into 2 tasks')
    await worker.stop()
  })

  it('outlives a listener that throws', async () => {
    const { worker } = await start()
    worker.on('state', () => {
      throw new Error('Not our fault.')
    })
    await worker.connectors.put('a', tables, { tables: ['x'] })
    await connectorOf(worker, 'a').settled()
    expect(worker.connectors.status('a').connector.state).toBe('RUNNING')
    await worker.stop()
  })

  it('takes no connector any more once it stops', async () => {
    const { worker } = await start()
    const { connectors } = worker
    await worker.stop()
    await expect(connectors.put('a', tables, { tables: ['x'] })).rejects.toThrow('The worker is stopping.')
  })

  it('tells states and errors, and needs no listener for either', async () => {
    const { worker, tasks } = await start()
    const heard: unknown[] = []
    worker.on('error', (failure) => heard.push(failure))
    await worker.connectors.put('a', tables, { tables: ['x'] })
    await connectorOf(worker, 'a').settled()
    tasks.at(0)!.show({ state: 'FAILED', trace: 'Error: broken' })
    expect(heard).toEqual([{ connector: 'a', task: 0, trace: 'Error: broken' }])
    await worker.stop()
  })

  it('divides the work anew when the connector asks for it, and not after it was told to stop', async () => {
    let ask = (): void => {}
    let slices = [{ table: 'x' }]
    const watching = defineSource({
      ...tables,
      name: 'watching',
      aliases: [],
      split: ({ resplit }) => {
        ask = resplit
        return slices
      },
    })
    const { worker, tasks } = await start({ plugins: [watching] })
    await worker.connectors.put('a', watching, { tables: ['x'], tasksMax: 3 })
    await connectorOf(worker, 'a').settled()
    slices = [{ table: 'x' }, { table: 'y' }]
    ask()
    await connectorOf(worker, 'a').settled()
    expect(tasks.map((task) => task.options.slice)).toEqual([{ table: 'x' }, { table: 'y' }])
    await worker.connectors.stop('a')
    ask()
    await connectorOf(worker, 'a').settled()
    expect(tasks).toHaveLength(2)
    await worker.stop()
  })

  it('refuses a definition that was passed as an object where tasks run in threads', async () => {
    const { worker } = await start({ isolation: 'thread' })
    await expect(worker.connectors.put('a', lake, { folder: '/', topics: ['x'] })).rejects.toThrow(
      "lake, which was passed as an object and can't cross threads",
    )
    await worker.stop()
  })

  it('lives twice in one process, each with its own connectors', async () => {
    const [one, two] = await Promise.all([start(), start()])
    await one.worker.connectors.put('a', tables, { tables: ['x'] })
    expect(two.worker.connectors.names()).toEqual([])
    await Promise.all([one.worker.stop(), two.worker.stop(), two.worker.stop()])
  })

  it('may be stopped before it was started, and is not started any more', async () => {
    const worker = createWorker({ kafka: 'localhost:9092' })
    await worker.stop()
    await worker.stop()
    await expect(worker.start()).rejects.toThrow('The worker was stopped')
    expect(() => worker.connectors).toThrow('The worker does not run')
  })

  it('may be stopped while it starts, whatever it waits for', async () => {
    const never = new Promise<string>(() => {})
    const worker = createWorker({ kafka: { bootstrap: () => never } })
    const starting = worker.start()
    await Promise.all([
      expect(starting).rejects.toThrow('The worker was stopped while it started'),
      worker.stop(),
      worker.stop(),
    ])
  })

  it('leaves nothing that runs when it could not start', async () => {
    const metrics = new Registry()
    const first = createWorker({ kafka: 'localhost:9092', metrics })
    await first.start()
    const second = createWorker({ kafka: 'localhost:9092', metrics })
    await expect(second.start()).rejects.toThrow('sluice_worker_up')
    expect(() => second.connectors).toThrow('The worker does not run')
    await Promise.all([second.stop(), first.stop()])
  })

  it('ends the checks that are under way when it stops', async () => {
    const { worker } = await start()
    const { connectors } = worker
    const stuck = defineSource({
      ...tables,
      name: 'stuck',
      aliases: [],
      check: () => new Promise<never>(() => {}),
    })
    const putting = connectors.put('a', stuck, { tables: ['x'] })
    await Promise.all([expect(putting).rejects.toThrow('The worker is stopping.'), worker.stop()])
  })
})
