import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { eventually } from './waiting.ts'

const proc = existsSync('/proc/self/cmdline')

/**
 * Whether the process lives and is the one meant: `mark` is a part of its command line that no other has. A pid alone
 * says nothing after a reboot, when it may belong to anybody.
 */
export function isRunning(pid: number, mark: string): boolean {
  return commandLine(pid).includes(mark)
}

const pause = new Int32Array(new SharedArrayBuffer(4))

function commandLine(pid: number): string {
  try {
    if (!proc) return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
    // empty while one program takes another's place, which takes as long as the disk does, and for good once the process has ended
    const deadline = performance.now() + 10_000
    for (;;) {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      if (line !== '' || hasEnded(pid) || performance.now() > deadline) return line
      Atomics.wait(pause, 0, 0, 1)
    }
  } catch {
    return ''
  }
}

/** Whether it waits for its parent to take note of its end, or is a thread of the kernel, which has no command line. */
function hasEnded(pid: number): boolean {
  const [state, , , , , , flags] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const kernelThread = 0x00200000
  return state === 'Z' || state === 'X' || (Number(flags) & kernelThread) !== 0
}

/** The process and all that descend from it: PostgreSQL's backends are processes of their own. */
export function family(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(family)]
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = proc
      ? readdirSync(`/proc/${pid}/task`)
          .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'))
          .join(' ')
      : execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    return text.split(/\s+/).filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** Sends the signal to each that is still there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

export interface Stopping {
  readonly pid: number
  readonly mark: string
  readonly signal: NodeJS.Signals
  /** How long the process may take before it is killed. */
  readonly patienceMs?: number
}

/** Asks the process to end, kills it where it doesn't, and returns when it is gone. */
export async function stopProcess({ pid, mark, signal, patienceMs = 30_000 }: Stopping): Promise<void> {
  if (!isRunning(pid, mark)) return
  const members = family(pid)
  signalAll([pid], signal)
  // a stopped process reads its signal only once it continues
  signalAll(members, 'SIGCONT')
  try {
    await gone([pid], patienceMs)
  } catch {
    await killProcess(pid, mark)
  }
}

/** Ends the process and its children at once, as a crash would, and returns when they are gone. */
export async function killProcess(pid: number, mark: string): Promise<void> {
  if (!isRunning(pid, mark)) return
  const members = family(pid)
  signalAll(members, 'SIGKILL')
  await gone(members, 30_000)
}

async function gone(pids: readonly number[], deadlineMs: number): Promise<void> {
  await eventually(
    () => {
      const left = pids.filter((pid) => commandLine(pid) !== '')
      if (left.length > 0) throw new Error(`process ${left.join(', ')} is still there`)
    },
    { everyMs: 50, deadlineMs },
  )
}
