import type { Cluster } from '@aws-sdk/client-kafka'
import type { Aws, KafkaInput, KafkaOperation } from '../api/aws.ts'
import { MskError } from '../api/msk-error.ts'
import type { Plan, Step } from '../plan.ts'
import { describeCluster } from './find-cluster.ts'
import { type Growth, scaleStorage } from './scale-storage.ts'
import { type WaitHow, waitUntilActive, waitUntilGone } from './wait.ts'

export interface ApplyHow extends WaitHow {
  /** Returns only when all is done. Plans of several steps wait between them in any case: a cluster takes one change at a time. */
  readonly wait: boolean
  /** Called before each step. */
  readonly onStep?: ((step: Step, index: number) => void) | undefined
}

export interface Applied {
  readonly arn: string
  /** Of the last step; undefined where AWS keeps none (create, delete). */
  readonly operationArn: string | undefined
}

type Answer = { readonly ClusterArn?: string; readonly ClusterOperationArn?: string }

/** How often CurrentVersion is fetched anew when somebody else was faster. */
const staleTries = 3

/** Makes the cluster of a plan of `planCreate` or `planServerless`. */
export async function applyCreate(aws: Aws, plan: Plan, how: ApplyHow): Promise<Applied> {
  let arn = ''
  for (const [index, step] of plan.steps.entries()) {
    how.onStep?.(step, index)
    if (step.operation === 'scale') {
      await waitUntilActive(aws, arn, undefined, how)
      await scaleStorage(aws, arn, step.input as Growth)
    } else {
      arn = (await send(aws, step, step.input)).ClusterArn ?? ''
    }
  }
  if (how.wait) await waitUntilActive(aws, arn, undefined, how)
  return { arn, operationArn: undefined }
}

/** Carries out a plan of changes to a cluster that there is. */
export async function applyChanges(aws: Aws, arn: string, plan: Plan, how: ApplyHow): Promise<Applied> {
  let operationArn: string | undefined
  for (const [index, step] of plan.steps.entries()) {
    how.onStep?.(step, index)
    if (step.operation === 'scale') {
      await scaleStorage(aws, arn, step.input as Growth)
      continue
    }
    operationArn = (await sendCurrent(aws, arn, step)).ClusterOperationArn
    const isLast = index === plan.steps.length - 1
    if (step.operation === 'DeleteCluster') {
      if (how.wait) await waitUntilGone(aws, arn, how)
    } else if (how.wait || !isLast) {
      await waitUntilActive(aws, arn, operationArn, how)
    }
  }
  return { arn, operationArn }
}

/** With the version that the cluster has now; fetched anew where another change was faster. */
async function sendCurrent(aws: Aws, arn: string, step: Step): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const { CurrentVersion } = await describeCluster(aws, arn)
    try {
      return await send(aws, step, withVersion(step, { ...step.input, ClusterArn: arn }, CurrentVersion))
    } catch (error) {
      if (!(error instanceof MskError && error.kind === 'stale-version') || attempt === staleTries)
        throw error
    }
  }
}

/** RebootBroker alone has none. */
function withVersion({ operation }: Step, input: object, CurrentVersion: Cluster['CurrentVersion']): object {
  return operation === 'RebootBroker' ? input : { ...input, CurrentVersion }
}

async function send(aws: Aws, { operation, doing }: Step, input: object): Promise<Answer> {
  return (await aws.kafka(operation as KafkaOperation, input as KafkaInput<KafkaOperation>, doing)) as Answer
}
