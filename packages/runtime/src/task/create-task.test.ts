import { ConfigurationError, defineConverter, defineSink, defineSource, wait } from '@sluice/template'
import { TaskScene, until } from './testing/task-scene.ts'

let scene: TaskScene
beforeEach(() => {
  scene = new TaskScene()
})
afterEach(() => scene.stop())

describe('a task whose connector refuses its settings', () => {
  const settings = { topics: 'orders', 'value.converter': 'JsonConverter', 'task.restart.backoff.ms': '1' }
  const common = { version: '1', doc: 'For tests.', config: {} }
  let opened = 0

  async function refuse(): Promise<never> {
    opened++
    throw new ConfigurationError('store.url names no file system: ftp://x')
  }

  beforeEach(() => {
    opened = 0
  })

  it.each([
    ['source', defineSource({ ...common, name: 'numbers', parseOffset: (raw) => raw, open: refuse })],
    ['sink', defineSink({ ...common, name: 'list', open: refuse })],
  ] as const)('waits for other settings or a person, as a %s', async (kind, definition) => {
    scene.start(kind, definition, { settings })
    await until(() => scene.task.status().state === 'FAILED')
    const { trace, nextTryAt } = scene.task.status()
    expect(trace).toContain('store.url names no file system')
    expect(nextTryAt).toBeUndefined()
    await scene.task.restart()
    await until(() => opened === 2)
  })
})

it('logs one trace where a task fails and cannot be closed for the same reason', async () => {
  const broken = new Error('The connection is gone.')
  const definition = defineSource({
    name: 'numbers',
    version: '1',
    doc: 'For tests.',
    config: {},
    parseOffset: (raw) => raw,
    open: async () => ({ poll: () => Promise.reject(broken), close: () => Promise.reject(broken) }),
  })
  scene.start('source', definition, { settings: { 'value.converter': 'JsonConverter' } })
  await until(() => scene.task.status().state === 'FAILED')
  const traces = scene.logged.filter(({ fields }) => 'err' in fields && fields.err === broken)
  expect(traces.map(({ message }) => message)).toEqual(['The task failed.'])
})

it('may restart itself as often as allowed again, after a person has restarted it', async () => {
  let opened = 0
  const definition = defineSource({
    name: 'numbers',
    version: '1',
    doc: 'For tests.',
    config: {},
    parseOffset: (raw) => raw,
    open: async () => {
      opened++
      throw new Error('Broken.')
    },
  })
  const settings = {
    'value.converter': 'JsonConverter',
    'task.restart.backoff.ms': '1',
    'task.restart.max': '1',
  }
  scene.start('source', definition, { settings })
  const waitsForPerson = (): boolean => {
    const { state, nextTryAt } = scene.task.status()
    return state === 'FAILED' && nextTryAt === undefined
  }
  await until(() => opened === 2 && waitsForPerson())
  await scene.task.restart()
  await until(() => opened === 4 && waitsForPerson())
})

it.each(['toBytes', 'close'] as const)(
  'restarts although its converter never comes back: %s',
  async (call) => {
    const never = (): Promise<never> => new Promise(() => {})
    scene.plugins.push(
      defineConverter({
        name: 'Stuck',
        version: '1',
        doc: 'For tests.',
        config: {},
        open: () => ({
          toBytes: () => Buffer.from('x'),
          fromBytes: () => ({ value: null }),
          [call]: never,
        }),
      }),
    )
    const partition = { table: 'orders' }
    let opened = 0
    let closed = 0
    const definition = defineSource({
      name: 'numbers',
      version: '1',
      doc: 'For tests.',
      config: {},
      parseOffset: (raw) => raw,
      open: async () => {
        opened++
        return {
          poll: async () => {
            await wait(1)
            return [{ topic: 'orders', value: 1, origin: { partition, offset: 1 } }]
          },
          close: async () => void closed++,
        }
      },
    })
    scene.start('source', definition, {
      settings: { 'value.converter': 'Stuck' },
      worker: { 'task.shutdown.graceful.timeout.ms': '1' },
    })
    await until(() => scene.task.status().state === 'RUNNING')
    await scene.task.restart()
    await until(() => opened === 2 && scene.task.status().state === 'RUNNING')
    expect(closed).toBe(1)
  },
)

it('runs where a worker gives its tasks no time to stop', async () => {
  const definition = defineSource({
    name: 'numbers',
    version: '1',
    doc: 'For tests.',
    config: {},
    parseOffset: (raw) => raw,
    open: async () => ({ poll: async () => wait(1).then(() => []) }),
  })
  scene.start('source', definition, {
    settings: { 'value.converter': 'JsonConverter' },
    worker: { 'task.shutdown.graceful.timeout.ms': '0' },
  })
  await until(() => scene.task.status().state !== 'UNASSIGNED')
  expect(scene.task.status()).toEqual({ state: 'RUNNING' })
})
