import type { Issue, Json } from '@sluice/template'
import { unlessAborted } from '../task/signals.ts'
import type { AlteredOffsets, AlterOutcome } from '../worker/alter-offsets.ts'
import type { FromThread, RemoteSpec, ThreadData } from './messages.ts'
import type { Slots } from './slots.ts'
import { TaskThread } from './task-thread.ts'

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

type Message = Parameters<TaskThread['call']>[0]

async function callInThread(message: Message, options: ThreadCallOptions): Promise<unknown> {
  return options.slots.use(() => callAtOnce(message, options), options.signal)
}

async function callAtOnce(message: Message, options: ThreadCallOptions): Promise<unknown> {
  const { data, signal, onMessage, heapMb, hangTimeoutMs } = options
  signal.throwIfAborted()
  const lost = Promise.withResolvers<never>()
  const thread: TaskThread = new TaskThread({
    data: { ...data, busy: new Int32Array(new SharedArrayBuffer(4)) },
    heapMb,
    hangTimeoutMs,
    onMessage: (one) => onMessage(one, thread),
    onDeath: ({ error }) => lost.reject(error),
  })
  try {
    const answer = await unlessAborted(Promise.race([thread.call(message), lost.promise]), signal)
    void thread.retire()
    return answer
  } catch (error) {
    void thread.close()
    throw error
  }
}
