import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { lastLines } from './log-tail.ts'

export interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  readonly cwd?: string | undefined
}

export interface RunOptions extends Command {
  /** What is being done, for the error: "format the storage of Kafka". */
  readonly task: string
  /** Receives what the command prints. */
  readonly logFile: string
  readonly signal?: AbortSignal | undefined
}

/** Runs a command to its end. Rejects, with the last lines of what it printed, where it fails or can't be started. */
export async function run({ task, logFile, signal, ...command }: RunOptions): Promise<void> {
  await mkdir(dirname(logFile), { recursive: true })
  const outcome = await exitOf(command, logFile, signal)
  if (outcome === 'exit code 0') return
  signal?.throwIfAborted()
  throw new Error(`could not ${task}: ${command.command} ended with ${outcome}.\n${await lastLines(logFile)}`)
}

function exitOf(command: Command, logFile: string, signal: AbortSignal | undefined): Promise<string> {
  const log = openSync(logFile, 'a')
  return new Promise<string>((resolve) => {
    const child = spawn(command.command, command.args, {
      stdio: ['ignore', log, log],
      cwd: command.cwd,
      env: command.env ?? process.env,
      signal,
    })
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, killer) => resolve(killer ? `signal ${killer}` : `exit code ${code}`))
  }).finally(() => closeSync(log))
}
