import type { GroupMember, GroupMemberOptions } from '../kafka/types.ts'
import type { RebalanceFigures } from '../telemetry/rebalance-figures.ts'
import { connectProtocol } from './group/connect-protocol.ts'
import type { ClusterEventLog } from './herder/cluster-events.ts'

/** A member of a group that tells the figures of each join: what it says of itself is asked for then. */
export function countingJoins(
  member: (options: GroupMemberOptions) => GroupMember,
  figures: RebalanceFigures,
): (options: GroupMemberOptions) => GroupMember {
  return (options) =>
    member({
      ...options,
      metadata: () => {
        figures.began()
        return options.metadata()
      },
    })
}

/** The same events, of which the figures hear too. */
export function countingEvents(events: ClusterEventLog, figures: RebalanceFigures): ClusterEventLog {
  return {
    ...events,
    joining: (groupId, url) => {
      figures.began()
      events.joining(groupId, url)
    },
    joined: (standing, round) => {
      const { leaderUrl: leader = '', generation } = standing
      figures.completed({ protocol: connectProtocol.name, leader, generation })
      events.joined(standing, round)
    },
    lost: (cause, units) => {
      figures.began()
      events.lost(cause, units)
    },
  }
}
