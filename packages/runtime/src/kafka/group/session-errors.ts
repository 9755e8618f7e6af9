import { KafkaError } from '../types.ts'
import { losesSeat } from './heartbeats.ts'
import type { Membership } from './membership.ts'

/** A commit without a seat. `rejoining`: partitions are still held, so the commit may be made once the join is over. */
export const noSeat = (group: string, membership: Membership, rejoining: boolean): KafkaError => {
  const cause = 'cause' in membership ? membership.cause : undefined
  const lostCode = losesSeat(cause) ? cause.code : 'UNKNOWN_MEMBER_ID'
  return new KafkaError(
    `This consumer has no seat in ${group} (${membership.state}), so it can't commit: its partitions may belong to another member. ` +
      'What was read since the last commit is delivered again.',
    { code: rejoining ? 'REBALANCE_IN_PROGRESS' : lostCode, retriable: rejoining, cause },
  )
}

export const polledTooLate = (group: string, maxPollIntervalMs: number): KafkaError =>
  new KafkaError(
    `${group} saw no poll for more than ${maxPollIntervalMs} ms (max.poll.interval.ms), so this member left. ` +
      'Make the work on one poll shorter, or the interval longer.',
    { code: 'MAX_POLL_INTERVAL', retriable: false },
  )
