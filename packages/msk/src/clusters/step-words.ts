import type { ClusterState } from './cluster-state.ts'

/** How long it takes to do something with each broker. */
export function rolling({ brokers }: Pick<ClusterState, 'brokers'>): string {
  return `about 15 minutes a broker, one after the other: ${brokers * 15} minutes; clients reconnect`
}

export const restarts = 'brokers restart one by one: partitions without replicas are away meanwhile'

/** The same for the same things in any order. */
export function listOf(all: readonly string[]): string {
  return all.length === 0 ? 'none' : all.toSorted().join(', ')
}

export function onOff(is: boolean): string {
  return is ? 'on' : 'off'
}

export function configurationText({
  arn,
  revision,
}: {
  readonly arn: string
  readonly revision: number
}): string {
  return `${/:configuration\/([^/]+)\//.exec(arn)?.[1] ?? arn}, revision ${revision}`
}
