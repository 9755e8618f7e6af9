import type { Aws } from '../api/aws.ts'
import { holdRules, MskError } from '../api/msk-error.ts'
import { titleOf } from '../clusters/find-cluster.ts'

/** Who of other accounts may do what with the cluster; undefined where it has no policy. */
export async function getClusterPolicy(
  aws: Aws,
  clusterArn: string,
): Promise<{ readonly policy: string; readonly version: string } | undefined> {
  try {
    const doing = `read the policy of ${titleOf(clusterArn)}`
    const { Policy = '', CurrentVersion = '' } = await aws.kafka(
      'GetClusterPolicy',
      { ClusterArn: clusterArn },
      doing,
    )
    return { policy: Policy, version: CurrentVersion }
  } catch (error) {
    if (error instanceof MskError && error.kind === 'not-found') return undefined
    throw error
  }
}

/** Replaces the policy; where somebody else did so since it was read, AWS refuses. */
export async function putClusterPolicy(aws: Aws, clusterArn: string, policy: string): Promise<void> {
  holdRules([policyRule(policy)])
  const before = await getClusterPolicy(aws, clusterArn)
  const input = {
    ClusterArn: clusterArn,
    Policy: policy,
    ...(before !== undefined && { CurrentVersion: before.version }),
  }
  await aws.kafka('PutClusterPolicy', input, `give ${titleOf(clusterArn)} a policy`)
}

export async function deleteClusterPolicy(aws: Aws, clusterArn: string): Promise<void> {
  await aws.kafka(
    'DeleteClusterPolicy',
    { ClusterArn: clusterArn },
    `delete the policy of ${titleOf(clusterArn)}`,
  )
}

function policyRule(policy: string): string | undefined {
  try {
    const parsed = JSON.parse(policy) as { Statement?: unknown } | null
    return Array.isArray(parsed?.Statement)
      ? undefined
      : 'a policy is a JSON object with Version and Statement; this has no Statement'
  } catch (error) {
    return `a policy is a JSON object; this is none: ${error instanceof Error ? error.message : String(error)}`
  }
}
