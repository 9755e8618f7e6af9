import { KafkaError } from '../types.ts'
import { type HeartbeatOptions, Heartbeats } from './heartbeats.ts'
import type { Seat } from './membership.ts'

const seat: Seat = {
  groupId: 'g',
  generation: 1,
  memberId: 'm',
  instanceId: null,
  partitions: [],
  cooperative: false,
}

const error = (code: string): KafkaError => new KafkaError(code, { code, retriable: false })

/** Heartbeats whose answers are given by `answer`; `seen` gathers what they report until the wanted number of reports. */
const beat = async (
  wanted: number,
  answer: (count: number) => Promise<void>,
  how: Partial<HeartbeatOptions> = {},
): Promise<readonly string[]> => {
  const seen: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const report = (what: string): void => {
    seen.push(what)
    if (seen.length === wanted) resolve()
  }
  let count = 0
  const heartbeats = new Heartbeats(seat, {
    intervalMs: 1,
    sessionTimeoutMs: 10_000,
    retryMs: 1,
    send: () => {
      report('sent')
      return answer(count++)
    },
    rebalance: () => report('rebalance'),
    lost: ({ code }) => report(code),
    check: () => undefined,
    ...how,
  })
  await promise
  heartbeats.stop()
  return seen
}

describe('heartbeats', () => {
  it('go on from one to the next, also after an error that may pass', async () => {
    const passing = (count: number): Promise<void> =>
      count === 1 ? Promise.reject(error('NETWORK')) : Promise.resolve()
    expect(await beat(4, passing)).toEqual(['sent', 'sent', 'sent', 'sent'])
  })

  it('say that the group waits, and go on while the member gives way', async () => {
    const rebalancing = (): Promise<void> => Promise.reject(error('REBALANCE_IN_PROGRESS'))
    expect(await beat(4, rebalancing)).toEqual(['sent', 'rebalance', 'sent', 'rebalance'])
  })

  it.each(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'])(
    'end with a seat lost to %s',
    async (code) => {
      expect(await beat(2, () => Promise.reject(error(code)))).toEqual(['sent', code])
    },
  )

  it('take the seat for lost once nobody answered for as long as the session lasts', async () => {
    const seen = await beat(1, () => Promise.reject(error('NETWORK')), { sessionTimeoutMs: 0 })
    expect(seen).toEqual(['SESSION_EXPIRED'])
  })

  it('give the seat up where the caller has stopped polling', async () => {
    expect(await beat(1, () => Promise.resolve(), { check: () => error('MAX_POLL_INTERVAL') })).toEqual([
      'MAX_POLL_INTERVAL',
    ])
  })
})
