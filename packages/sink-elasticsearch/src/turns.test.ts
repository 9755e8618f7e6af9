import { Pace } from './pace.ts'
import { type Turn, Turns } from './turns.ts'

const patient = { most: 2, backoffMs: 3_600_000, maxFailedMs: 3_600_000, maxPushedBackMs: 3_600_000 }

let closing: AbortController
beforeEach(() => {
  closing = new AbortController()
})
afterEach(() => closing.abort())

function turnsWith(options: typeof patient): Turns {
  return new Turns(new Pace(options), closing.signal)
}

function nothing(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}

describe('Turns', () => {
  it('lets so many go at once, in the order they came', async () => {
    const turns = turnsWith({ ...patient, backoffMs: 0 })
    const begun: number[] = []
    const ends: (() => void)[] = []
    const taken = [0, 1, 2, 3].map((n) =>
      turns.take(async (turn) => {
        begun.push(n)
        await new Promise<void>((resolve) => ends.push(resolve))
        turn.served()
      }),
    )
    await nothing()
    expect(begun).toEqual([0, 1])
    while (ends.length > 0) {
      ends.shift()!()
      await nothing()
    }
    await Promise.all(taken)
    expect(begun).toEqual([0, 1, 2, 3])
  })

  it('holds all back during a pause, and leaves no timer when it ends', async () => {
    const before = timers()
    const turns = turnsWith(patient)
    await turns.take(async (turn) => turn.failed())
    expect(timers()).toBe(before + 1)
    let begun = false
    const waiting = turns.take(async () => void (begun = true))
    await nothing()
    closing.abort(new Error('closed'))
    await expect(waiting).rejects.toThrow('closed')
    expect(begun).toBe(false)
    expect(timers()).toBe(before)
  })

  it('goes on one at a time after a pause', async () => {
    const turns = turnsWith({ ...patient, backoffMs: 1 })
    await turns.take(async (turn) => turn.pushedBack('all'))
    let inFlight = 0
    let most = 0
    const send = async (turn: Turn): Promise<void> => {
      most = Math.max(most, ++inFlight)
      await nothing()
      inFlight--
      turn.pushedBack('part')
    }
    await Promise.all([turns.take(send), turns.take(send), turns.take(send)])
    expect(most).toBe(1)
  })
})
