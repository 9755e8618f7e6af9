import type { Daemon } from './daemon.ts'

/** The parts of `Service` that are the same for every group of processes. */
export function together(daemons: readonly Daemon[]) {
  return {
    running: () => daemons.every((each) => each.pid() !== undefined),
    stop: async () => {
      await Promise.all(daemons.map((each) => each.stop()))
    },
    kill: async () => {
      await Promise.all(daemons.map((each) => each.kill()))
    },
    pause: () => daemons.forEach((each) => each.pause()),
    resume: () => daemons.forEach((each) => each.resume()),
  }
}
