import { availableParallelism } from 'node:os'
import { type Guilt, guiltOf } from './guilt.ts'
import type { FromThread, RiderMessage, ThreadData } from './messages.ts'
import { blaming, TaskThread, type ThreadDeath } from './task-thread.ts'
import { type BusyNote, emptyNote, nobody, readNote } from './watched-definition.ts'

/** A task that has a seat in a thread, or a watch that looks out for changes. */
export interface Rider {
  readonly name: string
  readonly connector: string
  /** Hardly does anything: it makes no thread full, and rides with tasks of its connector. */
  readonly light: boolean
  take(message: RiderMessage): void
  /** Its thread is gone. */
  lost(death: ThreadDeath, guilt: Guilt): void
}

export interface Seat {
  readonly thread: Pick<TaskThread, 'post' | 'call'>
  /** The rider's number in messages. */
  readonly task: number
  /** Nothing more reaches the rider. A thread that nobody uses any more ends. */
  leave(): void
  /** Terminates the thread as hung; on account of this rider, if the thread answers otherwise. */
  kill(reason: string): void
}

export interface ThreadPoolOptions {
  /** Threads that tasks share at most; 0: one per core. */
  readonly size: number
  readonly heapMb: number
  readonly hangTimeoutMs: number
  readonly data: Omit<ThreadData, 'busy'>
  /** Everything but what is for riders. */
  readonly onMessage: (message: FromThread, thread: TaskThread) => void
  readonly onDeath: (death: ThreadDeath, riders: readonly string[]) => void
}

interface Coach {
  readonly thread: TaskThread
  readonly busy: BusyNote
  readonly riders: Map<number, Rider>
  readonly shared: boolean
  /** The rider on whose account it was killed. */
  accused: number | undefined
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
    const coach = how.alone ? this.#open(false) : this.#choose(rider)
    const task = this.#nextTask++
    coach.riders.set(task, rider)
    const leave = (): void => {
      coach.riders.delete(task)
      if (coach.riders.size === 0) void this.#close(coach)
    }
    const kill = (reason: string): void => {
      // in a thread that hangs it is a victim like the others
      if (coach.thread.answers) coach.accused = task
      coach.thread.kill(reason)
    }
    return { thread: coach.thread, task, leave, kill }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#coaches].map((coach) => this.#close(coach)))
  }

  #choose(rider: Rider): Coach {
    // better one that answers; one that is being terminated is none any more
    const shared = [...this.#coaches]
      .filter((coach) => coach.shared && !coach.thread.ended)
      .toSorted((a, b) => Number(b.thread.answers) - Number(a.thread.answers) || load(a) - load(b))
    if (rider.light)
      return shared.find((coach) => carries(coach, rider.connector)) ?? shared[0] ?? this.#open(true)
    const [least] = shared
    if (least !== undefined && (load(least) === 0 || shared.length >= this.#size)) return least
    return this.#open(true)
  }

  #open(shared: boolean): Coach {
    const busy = emptyNote()
    const riders = new Map<number, Rider>()
    const thread: TaskThread = new TaskThread({
      data: { ...this.#options.data, busy },
      heapMb: this.#options.heapMb,
      hangTimeoutMs: this.#options.hangTimeoutMs,
      onMessage: (message) => {
        if (isForRider(message)) riders.get(message.task)?.take(message)
        else this.#options.onMessage(message, thread)
      },
      onDeath: (death) => this.#lose(coach, death),
    })
    const coach: Coach = { thread, busy, riders, shared, accused: undefined }
    this.#coaches.add(coach)
    return coach
  }

  #lose(coach: Coach, death: ThreadDeath): void {
    this.#coaches.delete(coach)
    const riders = [...coach.riders]
    const noted = readNote(coach.busy)
    const busy = noted.task === nobody ? (death.task ?? nobody) : noted.task
    const culprit = death.how === 'hung' ? coach.riders.get(busy) : undefined
    const told = culprit ? blaming(death, `the connector's ${noted.call ?? 'code'} (${culprit.name})`) : death
    coach.riders.clear()
    this.#options.onDeath(
      told,
      riders.map(([, rider]) => rider.name),
    )
    const circumstances = {
      how: death.how,
      riders: riders.map(([task]) => task),
      busy,
      accused: coach.accused,
    }
    for (const [task, rider] of riders) rider.lost(told, guiltOf(task, circumstances))
  }

  async #close(coach: Coach): Promise<void> {
    this.#coaches.delete(coach)
    await coach.thread.close()
  }
}

function load(coach: Coach): number {
  return [...coach.riders.values()].filter((rider) => !rider.light).length
}

function carries(coach: Coach, connector: string): boolean {
  return [...coach.riders.values()].some((rider) => rider.connector === connector)
}

const riderMessages: ReadonlySet<string> = new Set([
  'status',
  'topic',
  'named',
  'confirm',
  'unloaded',
  'divided',
  'undivided',
  'resplit',
] satisfies RiderMessage['type'][])

function isForRider(message: FromThread): message is RiderMessage {
  return riderMessages.has(message.type)
}
