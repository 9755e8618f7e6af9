import type { Issue, Json } from '@sluice/template'
import { unlessAborted } from '../task/signals.ts'
import type { AlteredOffsets, AlterOutcome } from '../worker/alter-offsets.ts'
import type { FromThread, RemoteSpec, ThreadData } from './messages.ts'
import type { Slots } from './slots.ts'
import { blaming, TaskThread } from './task-thread.ts'
import { emptyNote } from './watched-definition.ts'

export interface ThreadCallOptions {
  readonly data: Omit<ThreadData, 'busy'>
  readonly heapMb: number
  readonly hangTimeoutMs: number
  readonly onMessage: (message: FromThread, thread: TaskThread) => void
  /** For threads of this kind that live at once. */
  readonly slots: Slots
  /** Ends the thread, whatever it does. */
  readonly signal: AbortSignal
}

/** Runs a connector's check in a thread of its own, which ends with it. Rejects when the signal aborts, or when the thread hangs or crashes. */
export async function checkInThread(spec: RemoteSpec, options: ThreadCallOptions): Promise<readonly Issue[]> {
  return (await callInThread({ type: 'check', spec }, options)) as readonly Issue[]
}

/** Divides a source's work, likewise. */
export async function splitInThread(
  { maxTasks, ...spec }: RemoteSpec & { readonly maxTasks: number },
  options: ThreadCallOptions,
): Promise<readonly Json[]> {
  return (await callInThread({ type: 'split', spec, maxTasks }, options)) as readonly Json[]
}

/** Asks a connector about offsets that an operator wants, likewise. */
export async function alterInThread(
  { offsets, ...spec }: RemoteSpec & { readonly offsets: AlteredOffsets },
  options: ThreadCallOptions,
): Promise<AlterOutcome> {
  return (await callInThread({ type: 'alter', spec, offsets }, options)) as AlterOutcome
}

type Message = Extract<Parameters<TaskThread['call']>[0], { readonly spec: RemoteSpec }>

/** How the connector's code is called that a message asks for. */
const codeOf = { check: 'check', split: 'split', alter: 'alterOffsets' } as const

/** Requests are waited for; connectors that start may stand in a queue for a moment: twenty at once need not have a thread each. */
const patienceMs = { check: 300, split: 3000, alter: 300 } as const

async function callInThread(message: Message, options: ThreadCallOptions): Promise<unknown> {
  const { slots, signal } = options
  const { type, spec } = message
  const whose = `${type} ${spec.connector}`
  return slots.use(() => callAtOnce(message, options), { whose, patienceMs: patienceMs[type], signal })
}

async function callAtOnce(message: Message, options: ThreadCallOptions): Promise<unknown> {
  const { data, signal, onMessage, heapMb, hangTimeoutMs } = options
  signal.throwIfAborted()
  const lost = Promise.withResolvers<never>()
  const thread: TaskThread = new TaskThread({
    data: { ...data, busy: emptyNote() },
    heapMb,
    hangTimeoutMs,
    onMessage: (one) => onMessage(one, thread),
    onDeath: (death) => lost.reject(blaming(death, `the connector's ${codeOf[message.type]}`).error),
  })
  try {
    const called = thread.call(message).catch((error: unknown) => {
      // why it is gone is told a moment later, when it is gone
      if (thread.ended) return lost.promise
      throw error
    })
    const answer = await unlessAborted(called, signal)
    void thread.retire()
    return answer
  } catch (error) {
    void thread.close()
    throw error
  }
}
