import { type ClusterArn, parseClusterArn } from '../api/arn.ts'
import { type Need, needsOf, type Pipeline } from './needs.ts'

/** A policy of IAM, to be attached to the role that the worker runs under. */
export interface IamPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly IamStatement[]
}

export interface IamStatement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
}

export interface WorkerPolicy {
  readonly policy: IamPolicy
  /** Each action with its resource and the settings that need it, in the order of the policy. */
  readonly reasons: ReadonlyArray<{
    readonly action: string
    readonly resource: string
    readonly because: readonly string[]
  }>
  readonly notes: readonly string[]
}

export interface WorkerPolicyOptions extends Pipeline {
  readonly clusterArn: string
  /** Topics that no setting names, with `*` as IAM knows it; they replace what would be every topic. */
  readonly moreTopics?: readonly string[] | undefined
}

/** One action on one resource. */
interface Grant {
  readonly action: string
  readonly resource: string
  readonly sid: string
  readonly because: string
}

/** The least that a worker and its connectors need, by their settings. Throws an Error where the ARN is none of a cluster. */
export function workerPolicy({
  clusterArn,
  moreTopics = [],
  ...pipeline
}: WorkerPolicyOptions): WorkerPolicy {
  const arn = parseClusterArn(clusterArn)
  const { needs, notes } = needsOf(pipeline)
  const grants = [
    ...discoveryGrants(pipeline, clusterArn),
    ...needs.flatMap((need) => grantsOf(arn, clusterArn, need, moreTopics)),
  ]
  const byBoth = Map.groupBy(grants, ({ action, resource }) => `${action} ${resource}`)
  const reasons = [...byBoth.values()].map((same) => ({
    action: same[0]!.action,
    resource: same[0]!.resource,
    because: [...new Set(same.map(({ because }) => because))],
  }))
  return {
    policy: { Version: '2012-10-17', Statement: statementsOf(grants) },
    reasons,
    notes: [...notes, ...roleNotes(pipeline)],
  }
}

function roleNotes({ worker }: Pipeline): readonly string[] {
  const role = worker.get('msk.role.arn')?.trim() ?? ''
  return role === ''
    ? []
    : [`the policy is for the role ${role} (msk.role.arn); who starts the worker needs sts:AssumeRole on it.`]
}

/** What finds the brokers, and the password where SCRAM's is in a secret. */
function discoveryGrants({ worker }: Pipeline, clusterArn: string): readonly Grant[] {
  const has = (name: string): boolean => (worker.get(name)?.trim() ?? '') !== ''
  const secret = worker.get('msk.scram.secret.arn')?.trim() ?? ''
  const sid = 'Discovery'
  return [
    ...(has('msk.cluster.name')
      ? [{ action: 'kafka:ListClustersV2', resource: '*', sid: 'FindByName', because: 'msk.cluster.name' }]
      : []),
    ...(has('msk.cluster.name') || has('msk.cluster.arn')
      ? [
          {
            action: 'kafka:GetBootstrapBrokers',
            resource: clusterArn,
            sid,
            because: 'msk.cluster.arn, or its name',
          },
        ]
      : []),
    ...(secret === ''
      ? []
      : [
          {
            action: 'secretsmanager:GetSecretValue',
            resource: secret,
            sid: 'Password',
            because: 'msk.scram.secret.arn',
          },
        ]),
  ]
}

function grantsOf(
  { partition, region, account, name, uuid }: ClusterArn,
  clusterArn: string,
  need: Need,
  moreTopics: readonly string[],
): readonly Grant[] {
  const names = need.type === 'topic' && need.name === '*' && moreTopics.length > 0 ? moreTopics : [need.name]
  return names.flatMap((one) => {
    const resource =
      need.type === 'cluster'
        ? clusterArn
        : `arn:${partition}:kafka:${region}:${account}:${need.type}/${name}/${uuid}/${one}`
    const because = names === moreTopics ? `${need.because}: --topic ${one}` : need.because
    return need.actions.map((action) => ({
      action: `kafka-cluster:${action}`,
      resource,
      sid: sids[need.type],
      because,
    }))
  })
}

const sids = {
  cluster: 'Cluster',
  topic: 'Topics',
  group: 'Groups',
  'transactional-id': 'TransactionalIds',
} as const

/** Resources with the same actions share a statement. */
function statementsOf(grants: readonly Grant[]): readonly IamStatement[] {
  const perResource = [...Map.groupBy(grants, ({ sid, resource }) => `${sid} ${resource}`).values()].map(
    (same) => ({
      sid: same[0]!.sid,
      resource: same[0]!.resource,
      actions: [...new Set(same.map(({ action }) => action))].toSorted(),
    }),
  )
  const alike = [...Map.groupBy(perResource, ({ sid, actions }) => `${sid} ${actions.join()}`).values()]
  const seen = new Map<string, number>()
  return alike.map((same) => {
    const { sid, actions } = same[0]!
    const count = (seen.get(sid) ?? 0) + 1
    seen.set(sid, count)
    return {
      Sid: count === 1 ? sid : `${sid}${count}`,
      Effect: 'Allow',
      Action: actions,
      Resource: same.map(({ resource }) => resource),
    }
  })
}
