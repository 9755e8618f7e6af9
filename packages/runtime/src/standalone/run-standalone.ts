import { runUntilSignal } from './run-until-signal.ts'
import { type StandaloneOptions, startStandalone } from './standalone.ts'

/** Runs a standalone worker until a signal ends it; see `runUntilSignal`. */
export function runStandalone(options: StandaloneOptions): Promise<number> {
  return runUntilSignal((signal) => startStandalone({ ...options, signal }))
}
