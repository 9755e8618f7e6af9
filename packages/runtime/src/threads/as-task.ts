import { AsyncLocalStorage } from 'node:async_hooks'
import { currentTask } from './where-it-is.ts'

const running = new AsyncLocalStorage<number>()
Object.defineProperty(globalThis, currentTask, { value: () => running.getStore() })

/** Before Node 24 it costs something with every promise. */
const isCheap = Number.parseInt(process.versions.node) >= 24

/** Runs code of a task (or watch), so that who looks where the thread hangs sees whose that is; also behind an await. */
export function asTask<T>(task: number, run: () => T): T {
  return isCheap ? running.run(task, run) : run()
}
