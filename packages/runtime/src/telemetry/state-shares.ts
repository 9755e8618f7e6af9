import type { TaskState } from '../task/task.ts'

/** How a task's time since it was first heard of is divided among its states. */
export class StateShares {
  readonly #spentMs = new Map<TaskState, number>()
  readonly #now: () => number
  #current: { readonly state: TaskState; readonly since: number } | undefined

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  enter(state: TaskState): void {
    const since = this.#now()
    const before = this.#current
    if (before?.state === state) return
    if (before) this.#spentMs.set(before.state, this.#spent(before.state))
    this.#current = { state, since }
  }

  /** From 0 to 1. */
  share(state: TaskState): number {
    const states = new Set([...this.#spentMs.keys(), ...(this.#current ? [this.#current.state] : [])])
    const all = [...states].reduce((sum, one) => sum + this.#spent(one), 0)
    return all === 0 ? 0 : this.#spent(state) / all
  }

  #spent(state: TaskState): number {
    const until = this.#current?.state === state ? this.#now() - this.#current.since : 0
    return (this.#spentMs.get(state) ?? 0) + until
  }
}
