import { channel } from 'node:diagnostics_channel'

/**
 * Points at which a test may have this process killed, as a power cut would: `SLUICE_FAILPOINTS=before-offset-write:3,after-group-commit`
 * sends SIGKILL at the third passing of the one, at the first of the other. Without the variable nothing happens.
 */
export type Failpoint =
  | 'before-offset-write'
  | 'after-offset-write'
  | 'before-group-commit'
  | 'after-group-commit'
  | 'after-connector-config'
  | 'after-task-config'
  | 'before-task-commit'
  | 'after-task-commit'

const left = new Map(
  (process.env['SLUICE_FAILPOINTS'] ?? '')
    .split(',')
    .filter((item) => item.trim() !== '')
    .map((item) => {
      // names may have colons of their own: `hdfs:before-rename:3`
      const [, name, count] = /^(.*?)(?::(\d+))?$/.exec(item.trim())!
      return [name!, Number(count ?? 1)]
    }),
)

export function failpoint(name: Failpoint): void {
  if (left.size > 0) pass(name)
}

/** Whether this process is to be killed at that point: then what passes it in one go otherwise is done one by one. */
export function endsAt(name: Failpoint): boolean {
  return left.has(name)
}

function pass(name: string): void {
  const passings = left.get(name)
  if (passings === undefined) return
  left.set(name, passings - 1)
  if (passings <= 1) process.kill(process.pid, 'SIGKILL')
}

/** Connectors know nothing of failpoints: they publish `{ name }` on this channel where they have one. */
if (left.size > 0) {
  channel('sluice:failpoint').subscribe((message) => {
    if (typeof message === 'object' && message !== null && 'name' in message) pass(String(message.name))
  })
}
