import { type Operation, waitsItsTurn } from './operation.ts'

interface Lane {
  /** How many are under way. */
  open: number
  /** Those that wait behind them, in order. */
  readonly queue: Operation[]
}

/**
 * The operations of each document, by resource and id. One that must not meet another (`waitsItsTurn`) waits until those before it are
 * settled, and so does whatever comes behind one that waits.
 */
export class Lanes {
  /** A mere number where nobody waits, as nearly always: there are thousands of these. */
  readonly #lanes = new Map<string, Map<string, number | Lane>>()

  /** True: it may go now. False: a `leave` will tell when. */
  enter(operation: Operation): boolean {
    const { resource, id } = operation
    if (id === undefined) return true
    let lanes = this.#lanes.get(resource)
    if (lanes === undefined) this.#lanes.set(resource, (lanes = new Map()))
    const lane = lanes.get(id)
    if (lane === undefined) {
      lanes.set(id, 1)
      return true
    }
    if (typeof lane === 'number') {
      const waits = waitsItsTurn(operation)
      lanes.set(id, waits ? { open: lane, queue: [operation] } : lane + 1)
      return !waits
    }
    lane.queue.push(operation)
    return false
  }

  /** It is settled. Answers which may go now. */
  leave({ resource, id }: Operation): readonly Operation[] {
    const lanes = this.#lanes.get(resource)
    const lane = id === undefined ? undefined : lanes?.get(id)
    if (lanes === undefined || id === undefined || lane === undefined) return []
    if (typeof lane === 'number') {
      if (lane > 1) lanes.set(id, lane - 1)
      else lanes.delete(id)
      if (lanes.size === 0) this.#lanes.delete(resource)
      return []
    }
    if (--lane.open > 0) return []
    const released = lane.queue.splice(0, goingTogether(lane.queue))
    if (lane.queue.length === 0) lanes.set(id, released.length)
    else lane.open = released.length
    return released
  }
}

/** How many at the front may be under way at once: the first, and those behind it that needn't wait for it. */
function goingTogether(queue: readonly Operation[]): number {
  const next = queue.findIndex((operation, index) => index > 0 && waitsItsTurn(operation))
  return next === -1 ? queue.length : next
}
