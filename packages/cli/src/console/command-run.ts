import { KafkaError } from '@sluice/runtime'
import { kindOf } from '@sluice/template'
import { UsageError } from '../connector/usage-error.ts'
import { ReaderGone } from './output.ts'

/** How commands on topics and records end. */
export const consoleExit = {
  done: 0,
  /** Kafka, or the way to it, failed. */
  failed: 1,
  /** The command line, a file, the input or the settings can't be used. */
  usage: 2,
  interrupted: 130,
} as const

/**
 * Runs a command and sets the exit code. The first Ctrl-C (SIGTERM) ends it in order, by the signal; the second one at once. A reader who went away ends it
 * quietly.
 */
export async function runCommand(body: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController()
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(consoleExit.interrupted)
    controller.abort(new Error('interrupted'))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  // what is written there by others, such as a table of a few lines
  process.stdout.on('error', ignoreClosed)
  try {
    await body(controller.signal)
    if (controller.signal.aborted) process.exitCode = consoleExit.interrupted
  } catch (error) {
    process.exitCode = exitCodeOf(error, controller.signal)
    if (process.exitCode === consoleExit.failed || process.exitCode === consoleExit.usage)
      process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n`)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

function exitCodeOf(error: unknown, signal: AbortSignal): number {
  if (error instanceof ReaderGone) return consoleExit.done
  if (signal.aborted && error === signal.reason) return consoleExit.interrupted
  if (error instanceof UsageError || isOfSettings(error)) return consoleExit.usage
  return consoleExit.failed
}

function isOfSettings(error: unknown): boolean {
  if (error instanceof KafkaError) return error.code === 'CONFIG'
  return error instanceof Error && /^Config(uration)?Error$/.test(error.name) && kindOf(error) === 'fatal'
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
