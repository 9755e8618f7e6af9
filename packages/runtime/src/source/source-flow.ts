import type { Json, Logger, SourceTask } from '@sluice/template'
import type { Converters } from '../converters/open-converters.ts'
import type { RecordErrors } from '../errors/record-errors.ts'
import type { PauseGate } from '../task/pause-gate.ts'
import type { TaskMetricsSink } from '../task/task.ts'
import type { TransformChain } from '../transforms/chain.ts'
import type { InFlight } from './in-flight.ts'
import type { Outgoing } from './outgoing.ts'
import type { RowPath } from './row-path.ts'
import type { SourceLetters } from './source-letters.ts'
import type { SubmittedRecords } from './submitted-records.ts'
import type { TopicCreation } from './topic-creation.ts'

/** What the loop of one source run works with, whichever way it delivers. */
export interface SourceFlow {
  readonly task: SourceTask<Json>
  readonly maxRecords: number
  readonly chain: TransformChain
  readonly converters: Converters
  readonly errors: RecordErrors
  /** Absent: switched off. */
  readonly rowPath: RowPath | undefined
  readonly topics: TopicCreation
  readonly submitted: SubmittedRecords<Json>
  readonly inFlight: InFlight
  /** Hands records to the producer; waits while it has no room. */
  send(records: readonly Outgoing[]): Promise<void>
  /** Absent: records that are set aside are kept nowhere. */
  readonly letters: SourceLetters | undefined
  readonly gate: PauseGate
  readonly metrics: TaskMetricsSink
  readonly log: Logger
  readonly detail: (text: string | undefined) => void
  /** Aborts when the task stops or has failed beside the loop. */
  readonly halted: AbortSignal
  readonly cut: AbortSignal
  throwIfFailed(): void
}
