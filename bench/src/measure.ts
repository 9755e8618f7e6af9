/** Something that is measured: does its work on all of its records once. */
export interface Case {
  readonly name: string
  /** Records that one run takes. */
  readonly records: number
  run(): void | Promise<void>
}

export interface Figure {
  readonly name: string
  /** The median of all rounds; of seconds of the processor, so that what else runs on the machine takes nothing of them. */
  readonly perSecond: number
}

const runMs = 200

/**
 * Measures all cases in turn, several rounds of it, so that whatever else the machine does meanwhile meets all of them alike. Only the
 * ratios of one call may be compared.
 */
export async function measure(cases: readonly Case[], { rounds = 9 } = {}): Promise<readonly Figure[]> {
  for (const one of cases) await timed(one)
  const rates = cases.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, one] of cases.entries()) rates[index]!.push(await timed(one))
  }
  return cases.map(({ name }, index) => ({ name, perSecond: median(rates[index]!) }))
}

/** Records per second of as many runs as fill some time. */
async function timed({ records, run }: Case): Promise<number> {
  const startedAt = usedMs()
  let runs = 0
  do {
    const running = run()
    if (running) await running
    runs++
  } while (usedMs() - startedAt < runMs)
  return (runs * records * 1000) / (usedMs() - startedAt)
}

/** What this process has had of the processor, collecting garbage and compiling included. */
export function usedMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
