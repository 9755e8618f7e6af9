import { onAbort } from '../task/signals.ts'

export interface SlotsOptions {
  /** So many are let in at once. */
  readonly size: number
  /** So many are let in where those who are in may be stuck. */
  readonly most: number
  /** So many are let in of one kind, whatever the others do. */
  readonly mostOfOne: number
}

export interface SlotUse {
  /** On whose account. */
  readonly whose: string
  /** How long to wait for a slot: whoever holds one longer may be stuck, and that is no reason to hold up the others. */
  readonly patienceMs: number
  readonly signal: AbortSignal
}

interface Waiting extends PromiseWithResolvers<void> {
  readonly whose: string
  isImpatient: boolean
}

/** Lets so many do something at once, in the order in which they come; and few of those that come again and again on one account. */
export class Slots {
  readonly #options: SlotsOptions
  readonly #taken: string[] = []
  readonly #waiting: Waiting[] = []

  constructor(options: SlotsOptions) {
    this.#options = options
  }

  /** Does it when there is a slot. Rejects when the signal aborts before. */
  async use<T>(act: () => Promise<T>, how: SlotUse): Promise<T> {
    how.signal.throwIfAborted()
    await this.#turn(how)
    try {
      return await act()
    } finally {
      remove(this.#taken, how.whose)
      this.#admit()
    }
  }

  async #turn({ whose, patienceMs, signal }: SlotUse): Promise<void> {
    const one: Waiting = { whose, isImpatient: false, ...Promise.withResolvers<void>() }
    this.#waiting.push(one)
    const patience = setTimeout(() => {
      one.isImpatient = true
      this.#admit()
    }, patienceMs)
    const forget = onAbort(signal, () => {
      remove(this.#waiting, one)
      one.reject(signal.reason)
    })
    this.#admit()
    try {
      await one.promise
    } finally {
      clearTimeout(patience)
      forget()
    }
  }

  #admit(): void {
    const candidates = [...this.#waiting]
    for (const one of candidates) {
      if (!this.#mayEnter(one)) continue
      remove(this.#waiting, one)
      this.#taken.push(one.whose)
      one.resolve()
    }
  }

  #mayEnter({ whose, isImpatient }: Waiting): boolean {
    const { size, most, mostOfOne } = this.#options
    const taken = this.#taken.length
    if (taken >= (isImpatient ? most : size)) return false
    return this.#taken.filter((other) => other === whose).length < mostOfOne
  }
}

function remove<T>(list: T[], one: T): void {
  const at = list.indexOf(one)
  if (at !== -1) list.splice(at, 1)
}
