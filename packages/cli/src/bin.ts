#!/usr/bin/env node
import { nodeComplaint } from './node-version.ts'
import { program } from './program.ts'

// pnpm hands a literal `--` on to scripts: `pnpm sluice -- plugins` means the same as without it
const args = process.argv.slice(2).filter((arg, index) => !(index === 0 && arg === '--'))

try {
  const complaint = nodeComplaint(process.version)
  if (complaint !== undefined) throw new Error(complaint)
  await program().parseAsync(args, { from: 'user' })
} catch (error) {
  process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
