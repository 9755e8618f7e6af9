import type { Aws } from '../api/aws.ts'
import type { Step } from '../plan.ts'
import { titleOf } from './find-cluster.ts'

const broker = { ServiceNamespace: 'kafka', ScalableDimension: 'kafka:broker-storage:VolumeSize' } as const

export interface Growth {
  readonly fromGb: number
  readonly toGb: number
  /** Percent. */
  readonly mark: number
}

/** Storage that grows by itself is a service of its own, which takes the cluster's ARN once there is one. */
export function growthStepOf(name: string, { fromGb, toGb, mark }: Growth): Step {
  return {
    doing: `let the storage of ${name} grow by itself`,
    changes: [
      { name: 'storage', to: `${fromGb} to ${toGb} GB a broker, when ${mark} % are used; it never shrinks` },
    ],
    takes: 'a moment; each growth some minutes at the least, six hours apart',
    bill: 'the storage that it has grown to',
    operation: 'scale',
    input: { fromGb, toGb, mark } satisfies Growth,
  }
}

/** Lets brokers' storage grow by itself, by Application Auto Scaling; it is never taken back (https://docs.aws.amazon.com/msk/latest/developerguide/msk-autoexpand.html). */
export async function scaleStorage(aws: Aws, arn: string, { toGb, mark }: Growth): Promise<void> {
  const doing = `let the storage of ${titleOf(arn)} grow by itself`
  // AWS wants 1 here: the volume's size is where it begins
  const target = { ...broker, ResourceId: arn, MinCapacity: 1, MaxCapacity: toGb }
  await aws.scaling('RegisterScalableTarget', target, doing)
  await aws.scaling(
    'PutScalingPolicy',
    {
      ...broker,
      ResourceId: arn,
      PolicyName: `${titleOf(arn)}-broker-storage`,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: mark,
        DisableScaleIn: true,
        PredefinedMetricSpecification: { PredefinedMetricType: 'KafkaBrokerStorageUtilization' },
      },
    },
    doing,
  )
}
