import type { SourceOrigin } from '@sluice/template'
import type { Point } from '../model/metric.ts'
import type { Outbox } from '../outbox.ts'
import type { RecordMaker } from '../records/record-maker.ts'

/** How many requests were taken before this one. It begins at 1 whenever a task opens: nothing is ever read again by it. */
export type PushOffset = { readonly sequence: number }

/** What became of a delivery: Kafka has it, or has not yet (`late`), or the task closes. */
export type Delivered = 'delivered' | 'late' | 'closed'

interface Delivery {
  state: 'waiting' | 'delivered'
  /** Everyone who waits for it: a request, and its repetitions. */
  readonly waiting: Set<(outcome: Delivered) => void>
}

const partition = { input: 'push' }
/** Requests that are remembered, so that their repetition isn't written a second time. */
const mostRemembered = 10_000

/**
 * Deliveries to Kafka on behalf of senders who wait. One that is late is withdrawn where that is still possible; where it is not, the same request sent again waits for it instead
 * of being written twice.
 */
export class Deliveries {
  readonly #outbox: Outbox<PushOffset>
  readonly #maker: RecordMaker
  readonly #byId = new Map<string, Delivery>()
  /** In the order of their sequences. */
  readonly #unsettled = new Map<number, Delivery>()
  #sequence = 0
  #closed = false

  constructor(outbox: Outbox<PushOffset>, maker: RecordMaker) {
    this.#outbox = outbox
    this.#maker = maker
  }

  /** Waits for a delivery that is under way or was late, if `id` names one. Undefined: there is none. */
  repeated(id: string, withinMs: number): Promise<Delivered> | undefined {
    const known = this.#byId.get(id)
    if (!known) return undefined
    if (known.state === 'waiting') return this.#outcome(known, withinMs)
    this.#byId.delete(id)
    return Promise.resolve('delivered')
  }

  /** Delivers points. `id` is the same for the same request; `gone` aborts when nobody waits for the answer any more. */
  async deliver(
    points: readonly Point[],
    how: { readonly id: string; readonly withinMs: number; readonly gone: AbortSignal },
  ): Promise<Delivered> {
    if (this.#closed) return 'closed'
    const sent = this.#send(points)
    if (!sent) return 'delivered'
    const { sequence, withdraw } = sent
    const delivery: Delivery = { state: 'waiting', waiting: new Set() }
    this.#unsettled.set(sequence, delivery)
    this.#remember(how.id, delivery)
    const takeBack = (): boolean => {
      // a repetition may wait for it
      if (delivery.waiting.size > 0 || !withdraw()) return false
      this.#unsettled.delete(sequence)
      this.#forget(how.id, delivery)
      return true
    }
    const outcome = await this.#outcome(delivery, how.withinMs, how.gone)
    if (outcome === 'delivered') this.#forget(how.id, delivery)
    else takeBack()
    return outcome
  }

  /** Delivers points that nobody waits for. */
  send(points: readonly Point[]): void {
    if (!this.#closed) this.#send(points)
  }

  /** Everything up to this has arrived. */
  arrived({ offset }: SourceOrigin<PushOffset>): void {
    for (const [sequence, delivery] of this.#unsettled) {
      if (sequence > offset.sequence) return
      this.#unsettled.delete(sequence)
      delivery.state = 'delivered'
      settle(delivery, 'delivered')
    }
  }

  /** Nobody waits any longer. */
  close(): void {
    this.#closed = true
    for (const delivery of this.#unsettled.values()) settle(delivery, 'closed')
  }

  /** Undefined: there is nothing to write. */
  #send(
    points: readonly Point[],
  ): { readonly sequence: number; readonly withdraw: () => boolean } | undefined {
    const groups = this.#maker.group(points)
    if (groups.length === 0) return undefined
    const sequence = ++this.#sequence
    const withdraw = this.#outbox.put({
      groups,
      origin: { partition, offset: { sequence } },
      before: { partition, offset: { sequence: sequence - 1 } },
    })
    return { sequence, withdraw }
  }

  #outcome(delivery: Delivery, withinMs: number, gone?: AbortSignal): Promise<Delivered> {
    return new Promise((resolve) => {
      const done = (outcome: Delivered): void => {
        clearTimeout(timer)
        gone?.removeEventListener('abort', left)
        delivery.waiting.delete(done)
        resolve(outcome)
      }
      const left = (): void => done('late')
      const timer = setTimeout(left, withinMs)
      gone?.addEventListener('abort', left, { once: true })
      delivery.waiting.add(done)
      if (gone?.aborted) left()
    })
  }

  #forget(id: string, delivery: Delivery): void {
    if (this.#byId.get(id) === delivery) this.#byId.delete(id)
  }

  #remember(id: string, delivery: Delivery): void {
    this.#byId.delete(id)
    this.#byId.set(id, delivery)
    const [oldest] = this.#byId.keys()
    if (this.#byId.size > mostRemembered && oldest !== undefined) this.#byId.delete(oldest)
  }
}

function settle({ waiting }: Delivery, outcome: Delivered): void {
  for (const done of Array.from(waiting)) done(outcome)
}
