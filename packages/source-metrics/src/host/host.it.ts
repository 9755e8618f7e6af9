import { hostname, totalmem } from 'node:os'
import { configOf, fakeTask } from '@sluice/testkit'
import { collectorNames } from './collector-names.ts'
import { metricsFields } from '../config/fields.ts'
import { openHost } from './open-host.ts'
import { linuxCollectors } from './linux.ts'
import { portableCollectors } from './portable.ts'

describe('the machine', () => {
  it.each([
    ['Linux', linuxCollectors, process.platform === 'linux' ? collectorNames : []],
    ['any system', portableCollectors, collectorNames],
  ])("is read as on %s, under the node exporter's names", async (_system, collectors, names) => {
    for (const name of names) {
      const readings = await collectors[name]()
      // a container may have no disk of its own
      if (name !== 'disk') expect([name, readings.length > 0]).toEqual([name, true])
      for (const reading of readings) {
        expect(reading.name).toMatch(/^node_[a-z0-9_]+$/i)
        expect([reading.name, Number.isFinite(reading.value)]).toEqual([reading.name, true])
      }
    }
  })

  it('gives what it is, with its name as the instance', async () => {
    const config = configOf(metricsFields, { topic: 't', 'metrics.input': 'host', 'host.labels': 'env:test' })
    const task = await openHost(fakeTask(config))
    const records = (await task.poll({
      signal: AbortSignal.timeout(20_000),
      maxRecords: 10_000,
    })) as readonly { key: string; value: unknown }[]
    const metrics = records.map(
      ({ value }) => (value as { metric: { name: string; tags: object; gauge?: { value: number } } }).metric,
    )
    const total = metrics.find(({ name }) => name === 'node_memory_MemTotal_bytes')
    expect(total).toMatchObject({
      tags: { env: 'test', instance: hostname(), job: 'test' },
      gauge: { value: totalmem() },
    })
    for (const name of [
      'node_cpu_seconds_total',
      'node_load1',
      'node_filesystem_avail_bytes',
      'node_network_receive_bytes_total',
      'node_procs_running',
      'node_boot_time_seconds',
    ]) {
      expect([name, metrics.some((one) => one.name === name)]).toEqual([name, true])
    }
  })
})
