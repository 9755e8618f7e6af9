import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { Command } from './command.ts'

/** PostgreSQL and Elasticsearch refuse to run as root; "nobody" exists on every system. */
const nobody = 65_534

// the last keeps the capability for access(2) too, which otherwise asks what the user could do without it
const enterEverywhere = [
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
  '--securebits=+no_setuid_fixup',
]

const isRoot = process.getuid?.() === 0

/**
 * The command as an unprivileged user, if this is root. Folders that such a user may not enter (a clone or a cache in
 * /root) stay reachable by a capability, rather than by changing the modes of folders that aren't ours.
 */
export function unprivileged(command: Command, folders: readonly string[]): Command {
  if (!isRoot) return command
  const reach = folders.every(anyoneMayEnter) ? [] : enterEverywhere
  const user = ['--reuid', String(nobody), '--regid', String(nobody), '--clear-groups']
  return { ...command, command: 'setpriv', args: [...user, ...reach, '--', command.command, ...command.args] }
}

/** Hands a folder and all in it to the user that `unprivileged` runs as. */
export async function giveAway(folder: string): Promise<void> {
  if (isRoot) await promisify(execFile)('chown', ['-R', `${nobody}:${nobody}`, folder])
}

function anyoneMayEnter(folder: string): boolean {
  const enter = 0o001
  if ((statSync(folder).mode & enter) === 0) return false
  return folder === dirname(folder) || anyoneMayEnter(dirname(folder))
}
