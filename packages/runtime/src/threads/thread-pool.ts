import { availableParallelism } from 'node:os'
import type { FromThread, ThreadData } from './messages.ts'
import { TaskThread, type ThreadDeath } from './task-thread.ts'

/** A task that has a seat in a thread. */
export interface Rider {
  readonly name: string
  take(message: Extract<FromThread, { type: 'status' | 'topic' }>): void
  /** Its thread is gone, and whether this task may be why. */
  lost(death: ThreadDeath, suspect: boolean): void
}

export interface Seat {
  readonly thread: TaskThread
  /** The task's number in messages. */
  readonly task: number
  /** Nothing more reaches the rider. A thread that nobody uses any more ends. */
  leave(): void
}

export interface ThreadPoolOptions {
  /** Threads that tasks share at most; 0: one per core. */
  readonly size: number
  readonly heapMb: number
  readonly hangTimeoutMs: number
  readonly data: Omit<ThreadData, 'busy'>
  /** Everything but statuses and topics. */
  readonly onMessage: (message: FromThread, thread: TaskThread) => void
  readonly onDeath: (death: ThreadDeath, riders: readonly string[]) => void
}

interface Coach {
  readonly thread: TaskThread
  readonly busy: Int32Array<SharedArrayBuffer>
  readonly riders: Map<number, Rider>
  readonly shared: boolean
}

/** Threads for tasks: made when they are needed, ended when they are empty. */
export class ThreadPool {
  readonly #options: ThreadPoolOptions
  readonly #size: number
  readonly #coaches = new Set<Coach>()
  #nextTask = 0

  constructor(options: ThreadPoolOptions) {
    this.#options = options
    this.#size = options.size > 0 ? options.size : availableParallelism()
  }

  /** `alone`: in a thread of its own. */
  seat(rider: Rider, how: { readonly alone: boolean }): Seat {
    const coach = how.alone ? this.#open(false) : this.#leastUsed()
    const task = this.#nextTask++
    coach.riders.set(task, rider)
    const leave = (): void => {
      coach.riders.delete(task)
      if (coach.riders.size === 0) void this.#close(coach)
    }
    return { thread: coach.thread, task, leave }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#coaches].map((coach) => this.#close(coach)))
  }

  #leastUsed(): Coach {
    const shared = [...this.#coaches].filter((coach) => coach.shared)
    if (shared.length < this.#size) return this.#open(true)
    return shared.reduce((least, coach) => (coach.riders.size < least.riders.size ? coach : least))
  }

  #open(shared: boolean): Coach {
    const busy = new Int32Array(new SharedArrayBuffer(4)).fill(-1)
    const riders = new Map<number, Rider>()
    const thread: TaskThread = new TaskThread({
      data: { ...this.#options.data, busy },
      heapMb: this.#options.heapMb,
      hangTimeoutMs: this.#options.hangTimeoutMs,
      onMessage: (message) => {
        if (message.type === 'status' || message.type === 'topic') riders.get(message.task)?.take(message)
        else this.#options.onMessage(message, thread)
      },
      onDeath: (death) => this.#lose(coach, death),
    })
    const coach = { thread, busy, riders, shared }
    this.#coaches.add(coach)
    return coach
  }

  /** A task that was busy when the thread hung is why, though it may have left; where none was, or after a crash, every one may be. */
  #lose(coach: Coach, death: ThreadDeath): void {
    this.#coaches.delete(coach)
    const riders = [...coach.riders]
    coach.riders.clear()
    this.#options.onDeath(
      death,
      riders.map(([, rider]) => rider.name),
    )
    const culprit = death.how === 'hung' ? coach.busy[0]! : -1
    for (const [task, rider] of riders) rider.lost(death, culprit === -1 || task === culprit)
  }

  async #close(coach: Coach): Promise<void> {
    this.#coaches.delete(coach)
    await coach.thread.close()
  }
}
