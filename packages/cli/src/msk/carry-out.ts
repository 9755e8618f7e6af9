import { type Applied, type ApplyHow, isDangerous, type Plan, planText } from '@sluice/msk'
import { type ActFlags, jsonOf, MskUsageError } from './declare.ts'
import { ProgressLine } from './progress-line.ts'
import type { Terminal } from './terminal.ts'

/** Shows a plan, asks where it is dangerous, carries it out with progress. Undefined: nothing was to be done, or it was not to be. */
export async function carryOut(
  terminal: Terminal,
  plan: Plan,
  flags: ActFlags,
  apply: (how: ApplyHow) => Promise<Applied>,
): Promise<Applied | undefined> {
  if (flags.dryRun) {
    terminal.out(flags.json ? jsonOf(plan) : `${planText(plan)}Nothing was sent.\n`)
    return undefined
  }
  terminal.err(planText(plan))
  if (plan.steps.length === 0) return undefined
  if (isDangerous(plan)) await agree(terminal, plan.of, flags.yes === true)
  const line = new ProgressLine(terminal)
  try {
    return await apply({
      wait: flags.wait === true,
      everyMs: flags.poll === undefined ? undefined : flags.poll * 1000,
      deadlineMs: flags.timeout === undefined ? undefined : flags.timeout * 60_000,
      onProgress: (progress) => line.show(progress),
      onStep: (step, index) => line.step(step, index, plan.steps.length),
    })
  } finally {
    line.end()
  }
}

/** Has a person type the name of what can suffer. Rejects with an MskUsageError where nobody is there or it is another. */
export async function agree(terminal: Terminal, name: string, yes: boolean): Promise<void> {
  if (yes) return
  if (terminal.ask === undefined) {
    throw new MskUsageError(`nobody is there to agree to it; --yes does without. Nothing was sent.`)
  }
  const typed = await terminal.ask(`Type ${name} to go on: `)
  if (typed.trim() !== name) throw new MskUsageError('that is another name; nothing was sent.')
}
