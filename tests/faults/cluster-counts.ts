/** A number that a task of the counting source wrote, with the time at which a broker has it from. */
export interface Counted {
  /** The task, by connector and slice. */
  readonly key: string
  readonly n: number
  readonly timestamp: number
}

export interface Verdict {
  readonly tasks: number
  readonly records: number
  /** Numbers that never came. */
  readonly missing: number
  /** Numbers that came again. */
  readonly repeated: number
}

/** Each task counts from 1: whatever is left out was lost, whatever comes again was delivered again. */
export function verdictOf(records: readonly Counted[]): Verdict {
  const tasks = [...Map.groupBy(records, ({ key }) => key).values()]
  let missing = 0
  let repeated = 0
  for (const task of tasks) {
    const numbers = new Set(task.map(({ n }) => n))
    missing += Math.max(...numbers) - numbers.size
    repeated += task.length - numbers.size
  }
  return { tasks: tasks.length, records: records.length, missing, repeated }
}

/**
 * How long tasks stood still between two times, in seconds, all tasks together: gaps between two records of one task beyond `normalMs`, which is more
 * than it takes a running one to go on.
 */
export function stoodStill(
  records: readonly Counted[],
  {
    fromMs,
    untilMs,
    normalMs,
  }: { readonly fromMs: number; readonly untilMs: number; readonly normalMs: number },
): number {
  let ms = 0
  for (const task of Map.groupBy(records, ({ key }) => key).values()) {
    const times = task.map(({ timestamp }) => timestamp).toSorted((a, b) => a - b)
    for (const [index, time] of times.entries()) {
      const start = Math.max(fromMs, times[index - 1] ?? time)
      const end = Math.min(untilMs, time)
      if (end - start > normalMs) ms += end - start - normalMs
    }
  }
  return ms / 1000
}
