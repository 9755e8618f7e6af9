import type { Cluster } from '@aws-sdk/client-kafka'
import { isArn, parseClusterArn } from '../api/arn.ts'
import type { Aws } from '../api/aws.ts'
import { MskError } from '../api/msk-error.ts'
import { allPages } from '../pages.ts'

/** All clusters of the region, by name. */
export async function listClusters(aws: Aws): Promise<readonly Cluster[]> {
  const found = await allPages(
    (token) => aws.kafka('ListClustersV2', token, 'list clusters'),
    ({ ClusterInfoList }) => ClusterInfoList,
  )
  return found.toSorted((a, b) => ((a.ClusterName ?? '') < (b.ClusterName ?? '') ? -1 : 1))
}

/** A cluster by its name or its ARN. Rejects with an MskError that names those there are. */
export async function findCluster(aws: Aws, nameOrArn: string): Promise<Cluster> {
  if (isArn(nameOrArn)) {
    parseClusterArn(nameOrArn)
    return await describeCluster(aws, nameOrArn)
  }
  const doing = `find the cluster ${nameOrArn}`
  const { ClusterInfoList = [] } = await aws.kafka('ListClustersV2', { ClusterNameFilter: nameOrArn }, doing)
  const found = ClusterInfoList.find(({ ClusterName }) => ClusterName === nameOrArn)
  if (found !== undefined) return found
  const others = (await listClusters(aws)).map(({ ClusterName }) => ClusterName).join(', ')
  throw new MskError(
    'not-found',
    `there is no cluster ${nameOrArn} in ${await aws.region()}; there ${others === '' ? 'is none' : `are: ${others}`}. Is it the right region (--region) and account (--profile)?`,
  )
}

export async function describeCluster(aws: Aws, arn: string): Promise<Cluster> {
  const answer = await aws.kafka('DescribeClusterV2', { ClusterArn: arn }, `describe ${titleOf(arn)}`)
  return answer.ClusterInfo ?? {}
}

/** The name in an ARN, for messages. */
export function titleOf(arn: string): string {
  return /:cluster\/([^/]+)\//.exec(arn)?.[1] ?? arn
}
