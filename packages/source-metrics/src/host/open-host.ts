import { hostname, platform } from 'node:os'
import { type SourceContext, type SourceTask, wait } from '@sluice/template'
import type { MetricsConfig } from '../config/fields.ts'
import { fromMs } from '../model/instant.ts'
import { labelsOf } from '../model/labels.ts'
import { Outbox } from '../outbox.ts'
import { recordMakerFor } from '../records/record-maker-for.ts'
import { rulesOf } from '../rules/configured-rules.ts'
import { compileRules } from '../rules/label-rules.ts'
import type { CollectorName } from './collector-names.ts'
import { HostSeries } from './host-series.ts'
import { linuxCollectors } from './linux.ts'
import { portableCollectors } from './portable.ts'
import type { Reading } from './reading.ts'

type HostOffset = { readonly scrapedAt: number }

type Context = Pick<SourceContext<MetricsConfig, unknown, unknown>, 'config' | 'task' | 'log' | 'metrics'>

/** Opens a task that reads the machine on which it runs, each time when a poll finds it due. */
export async function openHost(context: Context): Promise<SourceTask<HostOffset>> {
  const { config, metrics } = context
  const maker = recordMakerFor(config)
  const unsayable = metrics.counter(
    'unsayable_records_total',
    'Records that metrics.format has no way to write; they were left out.',
  )
  const outbox = new Outbox<HostOffset>(maker, () => unsayable.add())
  const instance = config.hostInstance ?? hostname()
  const labels = labelsOf([['job', context.task.connector], ...config.hostLabels, ['instance', instance]])
  const series = new HostSeries({ labels, instance, rules: compileRules(rulesOf(config)) })
  const partition = { host: instance }
  let due = Date.now()
  return {
    async poll({ signal, maxRecords }) {
      while (outbox.points === 0) {
        await wait(Math.max(0, due - Date.now()), signal)
        const readAt = Date.now()
        const readings = await readAll(context)
        signal.throwIfAborted()
        due = Math.max(due + config.hostIntervalMs, readAt)
        const groups = maker.group(series.points(readings, fromMs(readAt)))
        outbox.put({ groups, origin: { partition, offset: { scrapedAt: readAt } } })
      }
      return outbox.take(maxRecords, signal)
    },
  }
}

/** What one collector can't read keeps nothing else from being read. */
async function readAll({ config, log, metrics }: Context): Promise<readonly Reading[]> {
  const collectors = platform() === 'linux' ? linuxCollectors : portableCollectors
  const failures = metrics.counter(
    'collector_failures_total',
    'Readings of a part of the machine that failed.',
  )
  const read = config.hostCollectors.map(async (name) => {
    try {
      return await collectors[name as CollectorName]()
    } catch (error) {
      failures.add()
      log.warn({ err: error, collector: name }, 'A part of the machine could not be read.')
      return []
    }
  })
  return (await Promise.all(read)).flat()
}
