import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from './command.ts'
import { lastLines } from './log-tail.ts'
import { family, isRunning, killProcess, signalAll, stopProcess } from './processes.ts'
import { parseState, readState, writeState } from './state-file.ts'
import { eventually, messageOf, WaitIsVain } from './waiting.ts'

/** How long a server may take from its start until it answers. */
const startDeadlineMs = 120_000

export interface DaemonOptions extends Command {
  readonly name: string
  /** Holds the daemon's record and its log. */
  readonly dir: string
  /** A part of the command line that no other process has: a path inside `dir`. */
  readonly mark: string
  /** Where the server writes its pid, if the command only launches it. */
  readonly pidFile?: string | undefined
  /** Asks for an orderly end. Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals | undefined
  /** Resolves once the server does its work, rejects as long as it doesn't. */
  readonly ready: (signal: AbortSignal) => Promise<void>
}

export interface StartOptions {
  readonly signal?: AbortSignal | undefined
}

/** One process of a server that outlives its parent. All that is known of it stands in its folder. */
export interface Daemon {
  readonly name: string
  readonly logFile: string
  /** Undefined while it doesn't run. */
  pid(): number | undefined
  /** Starts the process unless it runs, and waits until it is ready: at most 120 s. */
  start(options?: StartOptions): Promise<void>
  /** Ends it in order; kills it after 30 s. Nothing happens where it doesn't run. */
  stop(): Promise<void>
  /** SIGKILL to it and its children, as a crash would end them. */
  kill(): Promise<void>
  /** SIGSTOP: its sockets stay open and nothing answers. */
  pause(): void
  /** SIGCONT. */
  resume(): void
}

/** What is needed to find and stop a daemon later, from another process. */
type DaemonRecord = {
  readonly pid: number
  readonly mark: string
  readonly stopSignal: NodeJS.Signals
  readonly pidFile?: string
}

const recordSuffix = '.daemon.json'

export function daemon(options: DaemonOptions): Daemon {
  const { name, dir } = options
  const recordFile = join(dir, name + recordSuffix)
  const logFile = join(dir, `${name}.log`)
  const pid = () => {
    if (!existsSync(recordFile)) return undefined
    return pidOf(parseState(recordFile, readFileSync(recordFile, 'utf8')) as DaemonRecord)
  }
  const signalFamily = (signal: NodeJS.Signals) => {
    const found = pid()
    if (found === undefined)
      throw new Error(`${name} does not run: it can't be sent ${signal}. Log: ${logFile}`)
    signalAll(family(found), signal)
  }
  return {
    name,
    logFile,
    pid,
    async start({ signal } = {}) {
      const before = pid()
      if (before === undefined) await launch(options, { recordFile, logFile })
      try {
        await ready(options, { pid, logFile, signal })
      } catch (error) {
        if (before === undefined) await killRecorded(recordFile)
        throw error
      }
    },
    stop: () => stopRecorded(recordFile),
    kill: () => killRecorded(recordFile),
    pause: () => signalFamily('SIGSTOP'),
    resume: () => signalFamily('SIGCONT'),
  }
}

/** Ends every daemon whose record lies in the folder, whoever started it. */
export async function stopDaemonsIn(dir: string): Promise<void> {
  await Promise.all((await recordsIn(dir)).map(stopRecorded))
}

/**
 * Kills every daemon whose record lies in the folder, or at most so many folders below it: for data that nobody will
 * read again.
 */
export async function killDaemonsIn(dir: string, { depth = 0 } = {}): Promise<void> {
  await Promise.all((await recordsIn(dir, depth)).map(killRecorded))
}

/** The pids of the daemons of the folder that run. */
export async function daemonsIn(dir: string): Promise<readonly number[]> {
  const records = await Promise.all((await recordsIn(dir)).map((path) => readState<DaemonRecord>(path)))
  return records.flatMap((record) => (record && pidOf(record)) ?? [])
}

async function recordsIn(dir: string, depth = 0): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    // a server that still runs may remove a folder of its own at any moment
    if (error.code === 'ENOENT') return []
    throw error
  })
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(dir, entry.name)
      if (entry.name.endsWith(recordSuffix)) return [path]
      return entry.isDirectory() && depth > 0 ? recordsIn(path, depth - 1) : []
    }),
  )
  return found.flat()
}

async function launch(
  { command, args, env, cwd, dir, mark, pidFile, stopSignal = 'SIGTERM' }: DaemonOptions,
  { recordFile, logFile }: { readonly recordFile: string; readonly logFile: string },
): Promise<void> {
  await mkdir(dir, { recursive: true })
  if (pidFile) await rm(pidFile, { force: true })
  const log = openSync(logFile, 'a')
  try {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: cwd ?? dir,
      env: env ?? process.env,
    })
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    child.unref()
    // a child without a pid has rejected above
    const pid = child.pid as number
    await writeState(recordFile, { pid, mark, stopSignal, ...(pidFile && { pidFile }) })
  } catch (error) {
    throw new Error(`could not start ${command}: ${messageOf(error)}`, { cause: error })
  } finally {
    closeSync(log)
  }
}

async function ready(
  options: DaemonOptions,
  {
    pid,
    logFile,
    signal,
  }: {
    readonly pid: () => number | undefined
    readonly logFile: string
    readonly signal: AbortSignal | undefined
  },
): Promise<void> {
  const attempt = (within: AbortSignal) => {
    if (pid() === undefined) throw new WaitIsVain('the process ended')
    return options.ready(within)
  }
  try {
    await eventually(attempt, { everyMs: 150, deadlineMs: startDeadlineMs, signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw new Error(`${options.name} did not start: ${messageOf(error)}.\n${await lastLines(logFile)}`, {
      cause: error,
    })
  }
}

async function stopRecorded(recordFile: string): Promise<void> {
  const record = await readState<DaemonRecord>(recordFile)
  if (!record) return
  const pid = pidOf(record)
  if (pid !== undefined) await stopProcess({ pid, mark: record.mark, signal: record.stopSignal })
  await rm(recordFile, { force: true })
}

async function killRecorded(recordFile: string): Promise<void> {
  const record = await readState<DaemonRecord>(recordFile)
  if (!record) return
  const pid = pidOf(record)
  if (pid !== undefined) await killProcess(pid, record.mark)
  await rm(recordFile, { force: true })
}

/** The server's own pid once it has written it, else that of what launches it. */
function pidOf({ pid, mark, pidFile }: DaemonRecord): number | undefined {
  const running = (candidate: number): number | undefined =>
    candidate > 0 && isRunning(candidate, mark) ? candidate : undefined
  const written = (): number =>
    pidFile !== undefined && existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0
  // a launcher ends once the server has written its pid, which may be between the first look and the second
  return running(written()) ?? running(pid) ?? running(written())
}
