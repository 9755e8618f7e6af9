import type { OutgoingRecord, TransactionalProducer } from '../../kafka/types.ts'
import { producerDefaults } from '../../task/client-settings.ts'
import { client, type Run } from '../../task/run.ts'
import type { SourceSettings } from '../../task/settings.ts'
import type { SourceParts } from '../source-parts.ts'
import { transactionalIdOf } from './exactly-once-settings.ts'
import type { RefusedRecords } from './refused-records.ts'
import { settleDelivery } from './settle-delivery.ts'

/** In a cluster the group says who runs the task; elsewhere whoever was started last, so that one that goes on by itself must not take it back. */
export async function takeOver(run: Run, producer: TransactionalProducer<OutgoingRecord>): Promise<void> {
  const { confirmCurrent } = run.options
  await confirmCurrent?.()
  await producer.init({ last: confirmCurrent ? undefined : run.held.identity, signal: run.stopping })
  run.held.identity = producer.identity
  // it may have been given away meanwhile, and the other one be fenced by this: then that one begins again
  await confirmCurrent?.()
}

export async function openProducer(
  run: Run,
  { parts, refused }: { readonly parts: SourceParts; readonly refused: RefusedRecords },
): Promise<TransactionalProducer<OutgoingRecord>> {
  const { settings } = parts
  const transactionalId = await transactionalIdOf(run.options)
  return client(
    run,
    {
      role: 'producer',
      id: 'producer',
      overrides: withoutForced(run, settings.producerOverride),
      defaults: producerDefaults,
    },
    (kafka, clientSettings) =>
      kafka.transactionalProducer({
        settings: clientSettings,
        transactionalId,
        delivered: (delivery) => settleDelivery({ delivery, parts, refused }),
      }),
  )
}

/** What transactions need can't be set otherwise. */
const forced: Readonly<Record<string, string>> = { 'enable.idempotence': 'true', acks: 'all' }

function withoutForced(
  run: Run,
  overrides: SourceSettings['producerOverride'],
): Readonly<Record<string, string>> {
  for (const [name, expected] of Object.entries(forced)) {
    const value = overrides[name]
    if (value === undefined || value === expected || (name === 'acks' && value === '-1')) continue
    run.options.log.warn(
      {},
      `The value '${value}' for the 'producer.override.${name}' property will be ignored as it is not compatible with exactly-once source support; '${expected}' is used.`,
    )
  }
  return { ...overrides, ...forced }
}
