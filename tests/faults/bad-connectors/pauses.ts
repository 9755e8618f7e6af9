import type { Note } from './bad-world.ts'

/** The longest time, in milliseconds, in which nothing came of a key: by task of the source, the worst of them. From one moment to another. */
export function longestPause(
  notes: readonly Note[],
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): number {
  const keys = [...Map.groupBy(notes, ({ key }) => key).values()]
  return Math.max(
    ...keys.map((some) => {
      const times = some.map(({ at }) => at).filter((at) => at >= fromMs && at <= untilMs)
      const marks = [fromMs, ...times, untilMs]
      return Math.max(...marks.slice(1).map((at, index) => at - marks[index]!))
    }),
  )
}
