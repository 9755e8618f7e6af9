import { createInterface } from 'node:readline/promises'
import { UsageError } from './usage-error.ts'

/** Has a person type the name of what is to be lost; `yes`, from the command line, does without. */
export async function confirm(what: string, name: string, yes: boolean): Promise<void> {
  if (yes) return
  if (!process.stdin.isTTY)
    throw new UsageError(`${what}: nobody is there to confirm it; --yes does without.`)
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const typed = await prompt.question(`${what}. Type its name to confirm: `)
    if (typed.trim() !== name) throw new UsageError('That is another name; nothing was done.')
  } finally {
    prompt.close()
  }
}
