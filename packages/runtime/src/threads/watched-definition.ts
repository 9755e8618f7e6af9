import type { Json, SinkTask, SourceTask } from '@sluice/template'
import type { Plugin } from '../plugins/registry.ts'

/** What the runtime calls of a connector in a thread that tasks share. */
export type WatchedCall = 'split' | 'open' | keyof SourceTask<Json> | keyof SinkTask

/** All of them: one that is missing would never be made. */
const calls: Readonly<Record<WatchedCall, true>> = {
  split: true,
  open: true,
  poll: true,
  acknowledged: true,
  committed: true,
  put: true,
  tick: true,
  flush: true,
  preCommit: true,
  assigned: true,
  revoked: true,
  close: true,
}
const watchedCalls = Object.keys(calls) as readonly WatchedCall[]

/** Whose code runs in a thread, and which call; in shared memory, for a thread that hangs can't be asked. */
export type BusyNote = Int32Array<SharedArrayBuffer>

export const nobody = -1

export function emptyNote(): BusyNote {
  return new Int32Array(new SharedArrayBuffer(8)).fill(nobody)
}

/** What the note says; `task` is -1 where no connector's code runs, as far as that shows. */
export function readNote(note: BusyNote): { readonly task: number; readonly call: WatchedCall | undefined } {
  return { task: note[0]!, call: watchedCalls[note[1]!] }
}

type Methods = Readonly<Record<string, unknown>>

export type Note = <T>(call: WatchedCall, run: () => T) => T

/**
 * Runs code with a note of which task it is of, and which call. So the worker knows who never yields, as long as the loop is in the part of
 * a call before its first await.
 */
export function noteOf(busy: BusyNote, task: number): Note {
  return (call, run) => {
    const [taskBefore, callBefore] = busy as unknown as [number, number]
    busy[0] = task
    busy[1] = watchedCalls.indexOf(call)
    try {
      return run()
    } finally {
      busy[0] = taskBefore
      busy[1] = callBefore
    }
  }
}

/** The definition, with that note while its code runs. */
export function watchedDefinition(definition: Plugin['definition'], note: Note): Plugin['definition'] {
  const { open } = definition as unknown as { open: (context: unknown) => Promise<object> }
  const watchedOpen = async (context: unknown): Promise<object> =>
    watchedTask(await note('open', () => open.call(definition, context)), note)
  return { ...definition, open: watchedOpen } as Plugin['definition']
}

function watchedTask(task: object, note: Note): object {
  const methods = task as Methods
  const watched = watchedCalls.flatMap((name) => {
    const method = methods[name]
    if (typeof method !== 'function') return []
    return [[name, (...args: unknown[]) => note(name, () => method.apply(task, args))]]
  })
  return Object.fromEntries(watched)
}
