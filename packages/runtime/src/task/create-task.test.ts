import { ConfigurationError, defineSink, defineSource } from '@sluice/template'
import { TaskScene, until } from './testing/task-scene.ts'

describe('a task whose connector refuses its settings', () => {
  const scene = new TaskScene()
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
  afterEach(() => scene.stop())

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
