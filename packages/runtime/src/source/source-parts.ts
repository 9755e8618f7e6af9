import type {
  ConfigFields,
  ConfigOf,
  Json,
  SourceContext,
  SourceDefinition,
  SourcePartition,
} from '@sluice/template'
import { openDeadLetters } from '../errors/open-dead-letters.ts'
import { RecordErrors } from '../errors/record-errors.ts'
import type { Admin } from '../kafka/types.ts'
import type { CleanUp } from '../task/clean-up.ts'
import { type Configured, openConfigured } from '../task/open-configured.ts'
import { client, type Run, taskContext } from '../task/run.ts'
import { type SourceSettings, sourceFields } from '../task/settings.ts'
import type { TaskOptions } from '../task/task.ts'
import { UsedTopics } from '../task/used-topics.ts'
import { Halting } from './halting.ts'
import { InFlight } from './in-flight.ts'
import { RowPath } from './row-path.ts'
import type { SourceFlow } from './source-flow.ts'
import { SourceLetters } from './source-letters.ts'
import { SubmittedRecords } from './submitted-records.ts'
import { TopicCreation } from './topic-creation.ts'
import { topicRules } from './topic-rules.ts'

const maxRecords = 2000
/** More than requests on the wire can carry; a small record's own objects weigh more than its bytes, hence both. */
const inFlightLimits = { records: 10_000, bytes: 8 * 1024 * 1024 }

/** What a source run needs, whichever way it delivers. */
export interface SourceParts {
  readonly settings: SourceSettings
  /** The connector's own. */
  readonly own: ConfigOf<ConfigFields>
  readonly admin: Admin
  readonly halting: Halting
  readonly used: UsedTopics
  readonly flow: Omit<SourceFlow, 'task' | 'send'>
}

/** Opens it; `cleanUp` takes what is to be closed. */
export async function openSourceParts(run: Run, cleanUp: CleanUp): Promise<SourceParts> {
  const { options } = run
  const { log, metrics } = options
  const { settings, own, chain, converters }: Configured<typeof sourceFields> = openConfigured(options, {
    fields: sourceFields,
    cleanUp,
  })
  const rules = topicRules(settings.topicCreationGroups, settings.topicCreation)
  const halting = new Halting(run.stopping)
  cleanUp.add(() => halting.dispose())
  const errors = new RecordErrors({ settings, metrics, log, signal: halting.signal })
  const admin = openAdmin(run, { settings, cleanUp })
  const inFlight = new InFlight(inFlightLimits)
  const deadLetters = await openDeadLetters(run, { settings, admin })
  cleanUp.add(() => deadLetters?.close())
  return {
    settings,
    own,
    admin,
    halting,
    used: new UsedTopics((topic) => options.onTopic?.(topic)),
    flow: {
      maxRecords,
      chain,
      converters,
      errors,
      rowPath: settings.rowsFastPath ? new RowPath(chain, converters) : undefined,
      topics: new TopicCreation({
        admin,
        enabled: settings.topicCreationEnable,
        rules,
        bootstrapServers: bootstrapServersOf(options, settings),
      }),
      submitted: new SubmittedRecords<Json>(),
      inFlight,
      letters: deadLetters && new SourceLetters({ deadLetters, inFlight, log, fail: halting.fail }),
      metrics,
      log,
      gate: run.gate,
      detail: run.detail,
      cut: run.cut,
      halted: halting.signal,
      throwIfFailed: () => halting.throwIfFailed(),
    },
  }
}

function openAdmin(run: Run, { settings, cleanUp }: { settings: SourceSettings; cleanUp: CleanUp }): Admin {
  const admin = client(
    run,
    { role: 'admin', id: 'adminclient', overrides: settings.adminOverride },
    (kafka, clientSettings) => kafka.admin(clientSettings),
  )
  cleanUp.add(() => admin.close())
  return admin
}

function bootstrapServersOf({ worker }: TaskOptions, { adminOverride }: SourceSettings): string {
  return adminOverride['bootstrap.servers'] ?? worker.get('bootstrap.servers') ?? '...'
}

/** Reads offsets as they are stored. */
export type ReadOffsets = (partitions: readonly SourcePartition[]) => Promise<readonly (Json | undefined)[]>

/** What the connector is given. */
export function sourceContext(
  run: Run,
  how: {
    readonly own: ConfigOf<ConfigFields>
    readonly definition: SourceDefinition
    readonly offsets: ReadOffsets
    readonly transaction?: Source['transaction']
  },
): Source {
  const { definition, own, offsets, transaction } = how
  const parse = (raw: Json | undefined, partition: SourcePartition): Json | undefined => {
    try {
      return raw === undefined ? undefined : definition.parseOffset(raw)
    } catch (cause) {
      const message = `The stored offset of ${JSON.stringify(partition)} can't be used: ${String(cause)} Reset it.`
      throw new Error(message, { cause })
    }
  }
  return {
    ...taskContext(run),
    config: own,
    slice: run.options.slice,
    offsets: async (partitions) => {
      const stored = await offsets(partitions)
      return partitions.map((partition, index) => parse(stored[index], partition))
    },
    ...(transaction && { transaction }),
  }
}

type Source = SourceContext<ConfigOf<ConfigFields>, Json, Json>
