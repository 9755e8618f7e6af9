import type { TaskState } from '../task/task.ts'

export interface WorkerEvents {
  /** A connector or a task of it (`task` set) changed its state. */
  state: [change: { connector: string; task?: number; state: TaskState; trace?: string }]
  /** Something failed: the same as a `state` of FAILED, with the sentence alone. */
  error: [failure: { connector: string; task?: number; trace: string }]
}
