import type { Json, SourceDefinition, SourceOrigin } from '@sluice/template'
import { kindAt } from '../../errors/stages.ts'
import {
  type Delivery,
  KafkaError,
  type OutgoingRecord,
  type TransactionalProducer,
} from '../../kafka/types.ts'
import { ensureOffsetsTopic } from '../../offsets/offsets-topic.ts'
import { CleanUp } from '../../task/clean-up.ts'
import { consumerDefaults, producerDefaults } from '../../task/client-settings.ts'
import { client, type Run } from '../../task/run.ts'
import type { SourceSettings } from '../../task/settings.ts'
import { unlessAborted } from '../../task/signals.ts'
import type { Outgoing } from '../outgoing.ts'
import type { SourceFlow } from '../source-flow.ts'
import { openSourceParts, sourceContext, type SourceParts } from '../source-parts.ts'
import { sourcePlace } from '../source-place.ts'
import { type Boundary, connectorBoundary, intervalBoundary, pollBoundary } from './boundary.ts'
import {
  offsetsTopicOf,
  refuseUnsupported,
  transactionalIdOf,
  workerOffsetsTopic,
} from './exactly-once-settings.ts'
import type { RefusedRecords } from './refused-records.ts'
import { SourceTransactions } from './source-transactions.ts'
import { TransactionOffsets } from './transaction-offsets.ts'

/** What the loop of one run in transactions works with. */
export interface ExactlyOnceFlow extends SourceFlow {
  readonly boundary: Boundary
  readonly transactions: SourceTransactions
  /** What failed beside the loop, before anything that came of it. */
  firstFailure(): unknown
  /** Tells the connector what was committed since the last call. */
  confirm(): Promise<void>
  /** `goesOn`: another producer takes the transactional id over at once, and with that aborts what is open. */
  close(failure: unknown, how: { readonly goesOn: boolean }): Promise<void>
}

export interface OpenExactlyOnce {
  readonly definition: SourceDefinition
  readonly refused: RefusedRecords
}

/**
 * Takes the task's transactional id, reads how far the task has got, and opens the connector, in this order: what the one before had open is
 * decided by then, and it commits nothing any more.
 */
export async function openExactlyOnce(run: Run, how: OpenExactlyOnce): Promise<ExactlyOnceFlow> {
  const cleanUp = new CleanUp()
  try {
    return await openFlow(run, { ...how, cleanUp })
  } catch (error) {
    await cleanUp.run(
      (also) => run.options.log.warn({ err: also }, 'A part of a task that failed did not close.'),
      { after: error },
    )
    throw error
  }
}

async function openFlow(
  run: Run,
  { definition, refused, cleanUp }: OpenExactlyOnce & { readonly cleanUp: CleanUp },
): Promise<ExactlyOnceFlow> {
  const { connector, log } = run.options
  const parts = await openSourceParts(run, cleanUp)
  const { settings, own, flow } = parts
  refuseUnsupported(definition, { own, settings })
  const closing = { goesOn: false }
  const producer = await openProducer(run, { parts, refused })
  cleanUp.add(() => producer.close({ timeoutMs: closing.goesOn || run.cut.aborted ? 0 : 5000 }))
  await takeOver(run, producer)
  const offsets = await openOffsets(run, { parts, cleanUp })
  const { boundary, context: transaction } = openBoundary(settings, cleanUp)
  const context = sourceContext(run, {
    own,
    definition,
    offsets: (partitions) => offsets.get(partitions),
    ...(transaction && { transaction }),
  })
  const task = await unlessAborted(definition.open(context), run.cut)
  cleanUp.add(() => unlessAborted(Promise.resolve(task.close?.()), run.cut))
  const transactions = new SourceTransactions({
    ...flow,
    producer,
    offsets,
    boundary,
    identified: (identity) => {
      run.held.identity = identity
    },
  })
  return {
    ...flow,
    task,
    boundary,
    transactions,
    send: (records) => transactions.send(records),
    firstFailure: () => parts.halting.failure?.error,
    confirm: () => confirm({ ...flow, task, transactions }),
    close: async (failure, { goesOn }) => {
      closing.goesOn = goesOn
      const told = (error: unknown) =>
        log.warn({ err: error, connector }, 'A part of the task did not close.')
      await cleanUp.run(told, { after: failure })
    },
  }
}

/** In a cluster the group says who runs the task; elsewhere whoever was started last, so that one that goes on by itself must not take it back. */
async function takeOver(run: Run, producer: TransactionalProducer<OutgoingRecord>): Promise<void> {
  const { confirmCurrent } = run.options
  await confirmCurrent?.()
  await producer.init({ last: confirmCurrent ? undefined : run.held.identity, signal: run.stopping })
  run.held.identity = producer.identity
  // it may have been given away meanwhile, and the other one be fenced by this: then that one begins again
  await confirmCurrent?.()
}

async function openProducer(
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
        delivered: (delivery) => settle({ delivery, parts, refused }),
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

/** A producer that died in a transaction holds up whoever reads the topic until the transaction has timed out. */
const readWithinMs = '300000'

async function openOffsets(
  run: Run,
  { parts, cleanUp }: { readonly parts: SourceParts; readonly cleanUp: CleanUp },
): Promise<TransactionOffsets> {
  const { settings, admin } = parts
  const { worker, connector, offsets, log } = run.options
  const topic = offsetsTopicOf(worker, settings)
  const isOwn = topic !== workerOffsetsTopic(worker)
  if (isOwn) await ensureOffsetsTopic({ topic, worker, admin, log })
  const reader = client(
    run,
    {
      role: 'consumer',
      id: 'consumer',
      overrides: { ...settings.consumerOverride, 'isolation.level': 'read_committed' },
      defaults: { ...consumerDefaults, 'default.api.timeout.ms': readWithinMs },
    },
    (kafka, clientSettings) => kafka.reader(clientSettings),
  )
  cleanUp.add(() => reader.close())
  return new TransactionOffsets({ topic, connector, admin, reader, behind: isOwn ? offsets : undefined, log })
}

function openBoundary(
  settings: SourceSettings,
  cleanUp: CleanUp,
): { readonly boundary: Boundary; readonly context?: ReturnType<typeof connectorBoundary>['context'] } {
  switch (settings.transactionBoundary) {
    case 'poll':
      return { boundary: pollBoundary() }
    case 'connector':
      return connectorBoundary()
    case 'interval': {
      const boundary = intervalBoundary(
        settings.transactionBoundaryIntervalMs ?? settings.offsetFlushIntervalMs,
      )
      cleanUp.add(() => boundary.dispose())
      return { boundary }
    }
  }
}

async function confirm({
  task,
  transactions,
  cut,
  log,
}: Pick<ExactlyOnceFlow, 'task' | 'transactions' | 'cut' | 'log'>): Promise<void> {
  const origins = transactions.takeStored()
  if (origins.length === 0 || !task.committed) return
  try {
    await unlessAborted(task.committed(origins), cut)
  } catch (error) {
    if (kindAt('TASK_POLL', error) !== 'retriable') throw error
    transactions.giveBack(origins)
    log.warn({ err: error }, 'The source could not be told of committed offsets; it is told again.')
  }
}

/** Whatever isn't delivered ends the transaction; where it is a record's own fault that may be tolerated, it is remembered for the next try. */
function settle({
  delivery,
  parts: { flow, used, halting },
  refused,
}: {
  readonly delivery: Delivery<OutgoingRecord>
  readonly parts: SourceParts
  readonly refused: RefusedRecords
}): void {
  const { inFlight, metrics } = flow
  const { error } = delivery
  const records = delivery.records.filter(isPolled)
  if (error) for (const record of delivery.records) fail(record, error)
  else if (records.length > 0) {
    metrics.add('source-record-write-total', records.length)
    // records that were delivered together are of one topic
    used.add(records[0]!.topic)
    for (const { submitted } of records) submitted.acknowledge()
  }
  const bytes = records.reduce((sum, record) => sum + record.bytes, 0)
  inFlight.settle(records.length, bytes)
  metrics.set('source-record-active-count', inFlight.records)

  function fail(record: OutgoingRecord, cause: KafkaError): void {
    if (!isPolled(record) || kindAt('KAFKA_PRODUCE', cause) !== 'record') return halting.fail(cause)
    const { topic, partition, submitted, polled } = record
    const origin = submitted.origin as SourceOrigin<Json>
    const place = polled ? sourcePlace(polled()) : { topic, partition, source: origin }
    try {
      flow.errors.tolerate({ stage: 'KAFKA_PRODUCE', error: cause, by: 'the producer', record: place })
      refused.add(record, { origin, error: cause })
      halting.fail(onceMore(cause))
    } catch (intolerable) {
      halting.fail(intolerable)
    }
  }
}

function isPolled(record: OutgoingRecord): record is Outgoing {
  return 'submitted' in record
}

function onceMore(cause: KafkaError): KafkaError {
  const message = `A transaction is begun again without a record that was refused: ${cause.message}`
  return new KafkaError(message, { code: 'TRANSACTION_FAILED', retriable: true, cause })
}
