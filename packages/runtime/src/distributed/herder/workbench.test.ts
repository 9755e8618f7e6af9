import { defineSink } from '@sluice/template'
import { FakeTask } from '../../worker/fixtures/fake-task.ts'
import { pluginOf } from '../../plugins/registry.ts'
import type { TaskOptions } from '../../task/task.ts'
import type { TaskHost } from '../../worker/task-host.ts'
import { ClusterStateBuilder } from '../logs/cluster-state.ts'
import { Workbench } from './workbench.ts'

const plugin = pluginOf(
  defineSink({
    name: 'sink',
    version: '1',
    doc: 'For tests.',
    config: {},
    open: async () => ({ put: async () => {} }),
  }),
)

describe('what runs on a worker of a cluster', () => {
  it('begins no more once it was closed, though the group shares out again before the worker has left it', async () => {
    const settings = new Map([['connector.class', 'sink']])
    const builder = new ClusterStateBuilder()
    builder.apply({ type: 'connector', connector: 'c', settings })
    builder.apply({ type: 'task', connector: 'c', task: 0, settings })
    builder.apply({ type: 'commit', connector: 'c', tasks: 1 })
    const started: string[] = []
    const host = {
      start: (spec: { readonly connector: string }) => {
        started.push(spec.connector)
        return new FakeTask({ ...spec, onStatus: () => {} } as unknown as TaskOptions)
      },
    } as unknown as TaskHost
    const bench = new Workbench({
      host,
      state: () => builder.state(),
      plan: async () => Promise.reject(new Error('There is no plan.')),
      registry: { connector: () => plugin },
      publish: async () => {},
      status: () => {},
      topic: () => {},
      gracefulTimeoutMs: 100,
      splitTimeoutMs: 100,
    })
    const units = [{ connector: 'c', task: 0 }]
    const settled = () => new Promise((resolve) => setImmediate(resolve))
    bench.run(units)
    await settled()
    expect(started).toEqual(['c'])
    await bench.close(100)
    bench.run(units)
    await settled()
    expect(started).toEqual(['c'])
  })
})
