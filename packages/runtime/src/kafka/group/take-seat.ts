import type { CallOptions } from '../broker.ts'
import { type JoinAnswer, type JoinRequest, type Member, syncGroup } from './group-apis.ts'
import type { GroupCalls } from './group-calls.ts'

export interface SeatRequest extends Omit<JoinRequest, 'groupId'> {
  readonly calls: GroupCalls
  /** Asked when this member leads: what each member is given, by member id. */
  readonly shareOut: (
    joined: JoinAnswer,
  ) => Promise<ReadonlyArray<{ readonly memberId: string; readonly assignment: Uint8Array }>>
  /** The coordinator gave this member an id. */
  readonly named: (memberId: string) => void
}

export interface GivenSeat extends Member {
  readonly leads: boolean
  readonly assignment: Buffer
}

/** What the coordinator may take over a rebalance, on top of the rebalance timeout: the JVM allows as much. */
const graceMs = 5000

/** One try at a seat in the next generation of any kind of group: JoinGroup, the sharing out if this member leads, SyncGroup. */
export async function takeSeat(
  { calls, shareOut, named, ...request }: SeatRequest,
  signal: AbortSignal,
): Promise<GivenSeat> {
  const options: CallOptions = { timeoutMs: request.rebalanceTimeoutMs + graceMs, signal }
  const joined = await calls.join({ groupId: calls.groupId, ...request }, options, named)
  const { generation, memberId, leaderId } = joined
  const member = { groupId: calls.groupId, generation, memberId, instanceId: request.instanceId }
  const leads = leaderId === memberId
  const assignments = leads ? await shareOut(joined) : []
  const { assignment } = await calls.ask(syncGroup, { ...member, assignments }, options)
  return { ...member, leads, assignment }
}
