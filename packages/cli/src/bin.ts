#!/usr/bin/env node
import { complete } from './completion/completion-command.ts'
import { nodeComplaint } from './node-version.ts'
import { program } from './program.ts'

// pnpm hands a literal `--` on to scripts: `pnpm sluice -- plugins` means the same as without it
const args = process.argv.slice(2).filter((arg, index) => !(index === 0 && arg === '--'))

try {
  const complaint = nodeComplaint(process.version)
  if (complaint !== undefined) throw new Error(complaint)
  // not for people, and its words are no options of its own
  if (args[0] === '__complete') process.stdout.write(await complete(program(), args.slice(1)))
  else await program().parseAsync(args, { from: 'user' })
} catch (error) {
  process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
