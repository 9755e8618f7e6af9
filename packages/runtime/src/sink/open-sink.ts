import type { Logger, SinkDefinition, SinkTask } from '@sluice/template'
import type { Converters } from '../converters/open-converters.ts'
import { openDeadLetters } from '../errors/open-dead-letters.ts'
import { RecordErrors } from '../errors/record-errors.ts'
import type { GroupConsumer } from '../kafka/types.ts'
import { CleanUp } from '../task/clean-up.ts'
import { consumerDefaults } from '../task/client-settings.ts'
import { ConfigError } from '../task/config-error.ts'
import { openConfigured } from '../task/open-configured.ts'
import { openTask } from '../task/open-task.ts'
import type { PauseGate } from '../task/pause-gate.ts'
import { client, type Run } from '../task/run.ts'
import { type SinkSettings, sinkFields } from '../task/settings.ts'
import { unlessAborted } from '../task/signals.ts'
import type { TaskMetricsSink } from '../task/task.ts'
import { UsedTopics } from '../task/used-topics.ts'
import type { TransformChain } from '../transforms/chain.ts'
import { CommitClock } from './commit-clock.ts'
import { ConsumedOffsets } from './consumed-offsets.ts'
import { Membership } from './membership.ts'
import { Rejections } from './rejections.ts'
import { SinkCommits } from './sink-commits.ts'
import { sinkContext } from './sink-context.ts'

/** What the loop of one sink run works with. */
export interface SinkFlow {
  readonly task: SinkTask
  readonly consumer: GroupConsumer
  readonly chain: TransformChain
  readonly converters: Converters
  readonly errors: RecordErrors
  readonly rejections: Rejections
  readonly consumed: ConsumedOffsets
  readonly used: UsedTopics
  readonly commits: SinkCommits
  readonly clock: CommitClock
  readonly gate: PauseGate
  readonly metrics: TaskMetricsSink
  readonly log: Logger
  readonly detail: (text: string | undefined) => void
  readonly stopping: AbortSignal
  readonly cut: AbortSignal
  readonly pause: { heeded: boolean }
  pollFailures: number
  /** When the next tick is due, by `performance.now()`. */
  tickAt: number
  /** Leaves the group, which flushes and commits, then closes everything. */
  close(failure?: unknown): Promise<void>
}

/** Opens everything a sink run needs, the connector last. What was opened before a failure is closed again. */
export async function openSink(run: Run, definition: SinkDefinition): Promise<SinkFlow> {
  const cleanUp = new CleanUp()
  try {
    return await openParts(run, { definition, cleanUp })
  } catch (error) {
    await cleanUp.run(
      (also) => run.options.log.warn({ err: also }, 'A part of a task that failed did not close.'),
      { after: error },
    )
    throw error
  }
}

async function openParts(
  run: Run,
  { definition, cleanUp }: { definition: SinkDefinition; cleanUp: CleanUp },
): Promise<SinkFlow> {
  const { options, cut, stopping, gate, detail } = run
  const { log, metrics } = options
  const configured = openConfigured(options, { fields: sinkFields, cleanUp })
  const { settings, own, chain, converters } = configured
  const topics = topicsOf(settings)
  refuseToReadDeadLetters(topics, settings.deadLetterTopic)
  const groupId = settings.consumerOverride['group.id'] ?? `connect-${options.connector}`
  const admin = client(
    run,
    { role: 'admin', id: 'adminclient', overrides: settings.adminOverride },
    (kafka, all) => kafka.admin(all),
  )
  cleanUp.add(() => admin.close())
  const errors = new RecordErrors({ settings, metrics, log, signal: stopping })
  const deadLetters = await openDeadLetters(run, { settings, admin })
  cleanUp.add(() => deadLetters?.close())
  const clock = new CommitClock(settings.offsetFlushIntervalMs)
  const rejections = new Rejections(errors, deadLetters, () => clock.request())
  const context = sinkContext(run, {
    config: own,
    by: definition.name,
    toleratesRejects: settings.errorsTolerance === 'all',
    admin,
    groupId,
    topics,
    chain,
    rejections,
    clock,
  })
  const task = await openTask(() => definition.open(context), run)
  cleanUp.add(() => unlessAborted(Promise.resolve(task.close?.()), cut))
  const consumed = new ConsumedOffsets()
  const membership = new Membership({ task, consumed, run })
  const consumer = client(
    run,
    { role: 'consumer', id: 'consumer', overrides: settings.consumerOverride, defaults: consumerDefaults },
    (kafka, all) =>
      kafka.consumer({
        groupId,
        topics,
        settings: all,
        successorOf: options.identity?.inherit() ?? '',
        named: (memberId) => options.identity?.named(memberId),
        assigned: (partitions, how) => membership.assigned(partitions, how),
        revoked: (partitions, how) => membership.revoked(partitions, how),
      }),
  )
  cleanUp.add(() => unlessAborted(consumer.close(), cut))
  const commits = new SinkCommits({ task, consumer, consumed, rejections, clock, cut, metrics, log })
  membership.committing((leaving) => commits.commit(leaving))
  return {
    task,
    consumer,
    chain,
    converters,
    errors,
    rejections,
    consumed,
    used: new UsedTopics((topic) => options.onTopic?.(topic)),
    commits,
    clock,
    metrics,
    log,
    gate,
    detail,
    stopping,
    cut,
    pause: { heeded: false },
    pollFailures: 0,
    tickAt: 0,
    close: (failure) =>
      cleanUp.run((error) => log.warn({ err: error }, 'A part of the task did not close.'), {
        after: failure,
      }),
  }
}

/** `topics` or `topics.regex`: exactly one of them. */
function topicsOf({ topics, topicsRegex }: SinkSettings): readonly string[] | RegExp {
  const names = topics.filter((name) => name !== '')
  if (names.length > 0 === (topicsRegex !== undefined)) {
    throw new ConfigError([{ field: 'topics', message: 'or topics.regex must be set, and not both' }])
  }
  if (topicsRegex === undefined) return names
  try {
    return new RegExp(`^(?:${topicsRegex})$`)
  } catch {
    throw new ConfigError([{ field: 'topics.regex', message: `is no regular expression: ${topicsRegex}` }])
  }
}

/** A record that fails again as its own dead letter would do so for ever. */
function refuseToReadDeadLetters(topics: readonly string[] | RegExp, deadLetters: string): void {
  const isRead = topics instanceof RegExp ? topics.test(deadLetters) : topics.includes(deadLetters)
  if (deadLetters === '' || !isRead) return
  const message = `names ${deadLetters}, which this connector reads: its dead letters would be read again for ever`
  throw new ConfigError([{ field: 'errors.deadletterqueue.topic.name', message }])
}
