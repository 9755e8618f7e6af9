import type { Cluster, ClusterOperationV2 } from '@aws-sdk/client-kafka'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Aws } from '../api/aws.ts'
import { MskError } from '../api/msk-error.ts'
import { describeCluster, titleOf } from './find-cluster.ts'

/** How far a change is. */
export interface Progress {
  readonly of: string
  /** `CREATING`, `UPDATING`, ... */
  readonly state: string
  /** `UPDATE_BROKER_COUNT`; undefined while a cluster is made or deleted. */
  readonly operation: string | undefined
  readonly steps: ReadonlyArray<{ readonly name: string; readonly status: string }>
  readonly elapsedMs: number
}

export interface WaitHow {
  /** @default 15 seconds */
  readonly everyMs?: number | undefined
  /** @default none: as long as AWS takes */
  readonly deadlineMs?: number | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

const usualPauseMs = 15_000

/** States that a cluster leaves by itself. */
const passing = new Set(['CREATING', 'UPDATING', 'DELETING', 'REBOOTING_BROKER', 'MAINTENANCE', 'HEALING'])

/** Waits until the cluster is ACTIVE again. Rejects with an MskError where it or the operation has failed, saying why. */
export async function waitUntilActive(
  aws: Aws,
  arn: string,
  operationArn: string | undefined,
  how: WaitHow = {},
): Promise<Cluster> {
  const began = performance.now()
  for (;;) {
    const cluster = await describeCluster(aws, arn)
    const operation = operationArn === undefined ? undefined : await describeOperation(aws, operationArn)
    const progress = progressOf(cluster, operation, performance.now() - began)
    how.onProgress?.(progress)
    const { OperationState = '', ErrorInfo } = operation ?? {}
    if (cluster.State === 'FAILED' || OperationState.endsWith('_FAILED')) {
      const why = ErrorInfo ?? { ErrorCode: cluster.StateInfo?.Code, ErrorString: cluster.StateInfo?.Message }
      throw failed(progress, `${why.ErrorCode ?? ''} ${why.ErrorString ?? ''}`.trim())
    }
    // UPDATE_COMPLETE, REBOOT_COMPLETE
    const over = operation === undefined || OperationState.endsWith('_COMPLETE')
    if (cluster.State === 'ACTIVE' && over) return cluster
    if (cluster.State !== undefined && cluster.State !== 'ACTIVE' && !passing.has(cluster.State)) {
      throw failed(progress, `it is ${cluster.State}`)
    }
    await pause(aws, progress, how)
  }
}

/** Waits until there is no such cluster any more. */
export async function waitUntilGone(aws: Aws, arn: string, how: WaitHow = {}): Promise<void> {
  const began = performance.now()
  for (;;) {
    const cluster = await describeCluster(aws, arn).catch((error: unknown) => {
      if (error instanceof MskError && error.kind === 'not-found') return undefined
      throw error
    })
    if (cluster === undefined) return
    const progress = progressOf(cluster, undefined, performance.now() - began)
    how.onProgress?.(progress)
    if (cluster.State === 'FAILED') throw failed(progress, cluster.StateInfo?.Message ?? 'it is FAILED')
    await pause(aws, progress, how)
  }
}

export async function describeOperation(aws: Aws, arn: string): Promise<ClusterOperationV2> {
  const input = { ClusterOperationArn: arn }
  const answer = await aws.kafka('DescribeClusterOperationV2', input, `look at the operation ${arn}`)
  return answer.ClusterOperationInfo ?? {}
}

async function pause(
  aws: Aws,
  progress: Progress,
  { everyMs = usualPauseMs, deadlineMs }: WaitHow,
): Promise<void> {
  if (deadlineMs !== undefined && progress.elapsedMs > deadlineMs) {
    throw new MskError(
      'still-under-way',
      `${progress.of} is still ${progress.state} after ${Math.round(progress.elapsedMs / 60_000)} minutes. AWS goes on with it: "sluice msk operation list ${progress.of}" shows how far it is.`,
    )
  }
  await sleep(everyMs, undefined, aws.signal === undefined ? {} : { signal: aws.signal })
}

function progressOf(
  cluster: Cluster,
  operation: ClusterOperationV2 | undefined,
  elapsedMs: number,
): Progress {
  return {
    of: cluster.ClusterName ?? titleOf(cluster.ClusterArn ?? ''),
    state: cluster.State ?? 'unknown',
    operation: operation?.OperationType,
    steps: stepsOf(operation),
    elapsedMs,
  }
}

export function stepsOf(operation: ClusterOperationV2 | undefined): Progress['steps'] {
  return (operation?.Provisioned?.OperationSteps ?? []).map(({ StepName, StepInfo }) => ({
    name: StepName ?? '',
    status: StepInfo?.StepStatus ?? '',
  }))
}

function failed({ of, state, operation, steps }: Progress, why: string): MskError {
  const at = steps.find(({ status }) => status !== 'COMPLETED')
  const where = at === undefined ? '' : ` at ${at.name}`
  const what = operation === undefined ? `${of} has failed` : `${operation} of ${of} has failed${where}`
  const next =
    state === 'FAILED'
      ? 'The cluster is FAILED: it takes no changes; look at its configuration and subnets, then delete it and make it anew, or ask AWS support.'
      : `The cluster is ${state} as it was before. Mend the cause and try again.`
  return new MskError('operation-failed', `${what}: ${why === '' ? 'AWS gives no reason' : why}. ${next}`)
}
