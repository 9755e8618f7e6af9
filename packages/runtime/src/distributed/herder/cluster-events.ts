import type { Logger } from '@sluice/template'
import type { Standing } from '../group/connect-group.ts'
import { nameOf, type Unit } from '../group/unit.ts'
import { messageOf } from '../../errors/message-of.ts'

/** Every log line of a worker as a member of its cluster, in one place. */
export function clusterEvents(log: Logger) {
  return {
    joining: (groupId: string, url: string): void =>
      log.info({ group: groupId, url }, 'The worker joins its cluster.'),
    joined: (
      { generation, leads, leaderUrl, units }: Standing,
      round: {
        readonly assigned: readonly Unit[]
        readonly revoked: readonly Unit[]
        readonly delayMs: number
      },
    ): void =>
      log.info(
        {
          generation,
          leader: leads ? 'this worker' : leaderUrl,
          runs: units.length,
          ...(round.assigned.length > 0 && { begins: round.assigned.map(nameOf) }),
          ...(round.revoked.length > 0 && { stops: round.revoked.map(nameOf) }),
          ...(round.delayMs > 0 && { keptBackMs: round.delayMs }),
        },
        'The cluster has shared out its connectors and tasks.',
      ),
    lost: (cause: Error, units: number): void =>
      log.warn(
        { units, reason: cause.message },
        'The worker lost its seat in the cluster: it stops all that it runs, and joins again.',
      ),
    behind: (backoffMs: number): void =>
      log.error(
        { backoffMs },
        'The config topic could not be read as far as other workers have read it; the worker leaves the cluster for a while.',
      ),
    notPublished: (connector: string, error: unknown, againMs: number): void =>
      log.warn(
        { connector, againMs, reason: messageOf(error) },
        "The connector's tasks could not be written to the config topic yet.",
      ),
    notFenced: (connector: string, error: unknown, againMs: number): void =>
      log.warn(
        { connector, againMs, reason: messageOf(error) },
        "Former tasks of the connector could not be fenced yet; its tasks don't start before.",
      ),
    noSessionKey: (error: unknown): void =>
      log.warn(
        { reason: messageOf(error) },
        'The key that workers sign their requests with could not be written; that is tried again.',
      ),
    loopbackUrl: (url: string): void =>
      log.warn(
        { url },
        'Workers on other machines will look for this one at a loopback address: set rest.advertised.host.name and listeners.',
      ),
  }
}

export type ClusterEventLog = ReturnType<typeof clusterEvents>
