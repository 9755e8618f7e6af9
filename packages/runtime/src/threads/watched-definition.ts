import type { Plugin } from '../plugins/registry.ts'

type Methods = Readonly<Record<string, unknown>>

export type Note = <T>(run: () => T) => T

/**
 * Runs code with a note in shared memory: which task it is of. So the worker knows who never yields, as long as the loop is in the part of
 * a call before its first await.
 */
export function noteOf(busy: Int32Array<SharedArrayBuffer>, task: number): Note {
  return (run) => {
    const before = busy[0]!
    busy[0] = task
    try {
      return run()
    } finally {
      busy[0] = before
    }
  }
}

/** The definition, with that note while its code runs. */
export function watchedDefinition(definition: Plugin['definition'], note: Note): Plugin['definition'] {
  const { open } = definition as unknown as { open: (context: unknown) => Promise<object> }
  const watchedOpen = async (context: unknown): Promise<object> =>
    watchedTask(await note(() => open.call(definition, context)), note)
  return { ...definition, open: watchedOpen } as Plugin['definition']
}

const calls = ['poll', 'committed', 'put', 'tick', 'flush', 'preCommit', 'assigned', 'revoked', 'close']

function watchedTask(task: object, note: Note): object {
  const methods = task as Methods
  const watched = calls.flatMap((name) => {
    const method = methods[name]
    if (typeof method !== 'function') return []
    return [[name, (...args: unknown[]) => note(() => method.apply(task, args))]]
  })
  return Object.fromEntries(watched)
}
