import type { SourceDefinition } from '@sluice/template'
import { kindAt } from '../../errors/stages.ts'
import { ensureTopic } from '../../distributed/logs/internal-topic.ts'
import { offsetsTopic } from '../../offsets/offsets-topic.ts'
import { CleanUp } from '../../task/clean-up.ts'
import { consumerDefaults } from '../../task/client-settings.ts'
import { openTask } from '../../task/open-task.ts'
import { client, type Run } from '../../task/run.ts'
import type { SourceSettings } from '../../task/settings.ts'
import { unlessAborted } from '../../task/signals.ts'
import type { SourceFlow } from '../source-flow.ts'
import { openSourceParts, sourceContext, type SourceParts } from '../source-parts.ts'
import { type Boundary, connectorBoundary, intervalBoundary, pollBoundary } from './boundary.ts'
import { offsetsTopicOf, refuseUnsupported, workerOffsetsTopic } from './exactly-once-settings.ts'
import { openProducer, takeOver } from './open-producer.ts'
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
  const task = await openTask(() => definition.open(context), run)
  cleanUp.add(() => unlessAborted(Promise.resolve(task.close?.()), run.cut))
  const transactions = new SourceTransactions({
    ...flow,
    producer,
    offsets,
    boundary,
    committed: (origins) => {
      if (task.acknowledged) for (const origin of origins) task.acknowledged(origin)
    },
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
  if (isOwn) await ensureTopic(offsetsTopic(topic, worker, 'offsets.storage.topic'), admin, log)
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
