import { KafkaError } from '../types.ts'
import { type Membership, type MembershipEvent, next, type Seat, seatOf } from './membership.ts'

const seat: Seat = {
  groupId: 'g',
  generation: 3,
  memberId: 'm',
  instanceId: null,
  partitions: [{ topic: 't', partition: 0 }],
  cooperative: false,
}
const error = (code: string): KafkaError => new KafkaError(code, { code, retriable: false })
const after = (...events: readonly MembershipEvent[]): Membership =>
  events.reduce<Membership>(next, { state: 'out', memberId: '' })

const joined: readonly MembershipEvent[] = [{ type: 'join' }, { type: 'seated', seat }]
const stable: readonly MembershipEvent[] = [...joined, { type: 'told', again: false }]

describe('a membership', () => {
  it('goes from outside over joining and being seated to stable', () => {
    expect(after({ type: 'join' })).toEqual({ state: 'joining', memberId: '' })
    expect(after(...joined)).toEqual({ state: 'seated', seat })
    expect(after(...stable)).toEqual({ state: 'stable', seat })
  })

  it('keeps its seat for commits while it gives way, and its id when it rejoins', () => {
    const rebalancing = after(...stable, { type: 'rebalance' })
    expect(seatOf(rebalancing)).toBe(seat)
    expect(next(rebalancing, { type: 'join' })).toEqual({ state: 'joining', memberId: 'm' })
  })

  it('has the group share out again where partitions were given up for it', () => {
    expect(after(...joined, { type: 'told', again: true })).toEqual({ state: 'rebalancing', seat })
  })

  it('is not made stable by an assignment that was told too late', () => {
    const told: MembershipEvent = { type: 'told', again: false }
    expect(after(...joined, { type: 'rebalance' }, told).state).toBe('rebalancing')
    expect(after(...joined, { type: 'lost', cause: error('UNKNOWN_MEMBER_ID') }, told).state).toBe('lost')
  })

  it('joins under a new id after it was thrown out, under the old one while that may be known', () => {
    const mourned: MembershipEvent = { type: 'mourned' }
    const ends = (code: string): Membership => after(...stable, { type: 'lost', cause: error(code) }, mourned)
    expect(ends('UNKNOWN_MEMBER_ID')).toEqual({ state: 'out', memberId: '' })
    expect(ends('SESSION_EXPIRED')).toEqual({ state: 'out', memberId: 'm' })
    expect(ends('ILLEGAL_GENERATION')).toEqual({ state: 'out', memberId: 'm' })
  })

  it('never joins again once its instance id is taken or it was closed', () => {
    const cause = error('FENCED_INSTANCE_ID')
    const fenced = after(...stable, { type: 'lost', cause }, { type: 'mourned' })
    expect(fenced).toEqual({ state: 'ended', cause })
    expect(next(fenced, { type: 'join' })).toBe(fenced)
    expect(after(...stable, { type: 'end', cause: error('CLOSED') }, { type: 'join' }).state).toBe('ended')
  })

  it('has no seat while it joins, is lost or has ended: nothing may be committed', () => {
    const cause = error('UNKNOWN_MEMBER_ID')
    const without = [
      after({ type: 'join' }),
      after(...stable, { type: 'lost', cause }),
      after({ type: 'end', cause }),
    ]
    expect(without.map(seatOf)).toEqual([undefined, undefined, undefined])
  })

  it('passes over what says nothing new', () => {
    const lost = after(...stable, { type: 'lost', cause: error('UNKNOWN_MEMBER_ID') })
    expect(next(lost, { type: 'rebalance' })).toBe(lost)
    expect(next(lost, { type: 'lost', cause: error('ILLEGAL_GENERATION') })).toBe(lost)
    expect(next(lost, { type: 'seated', seat })).toBe(lost)
    const out = after()
    expect(next(out, { type: 'rebalance' })).toBe(out)
  })

  it('remembers the id that the coordinator gave a join that failed', () => {
    const named = after(
      { type: 'join' },
      { type: 'named', memberId: 'n' },
      { type: 'joinFailed', memberId: 'n' },
    )
    expect(named).toEqual({ state: 'out', memberId: 'n' })
  })
})
