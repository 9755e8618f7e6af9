/**
 * What a process can only be given as it starts. A worker has several threads, and by default each of them is generous with memory:
 *
 * - `MALLOC_ARENA_MAX`: glibc gives threads heaps of their own, and none of them takes the space that another has freed.
 * - `MALLOC_MMAP_THRESHOLD_` (bytes): from this size on a buffer is given back to the system when it is freed. Left to itself glibc raises the bound to
 *   the largest buffer that it has seen, up to 32 MB, and buffers of that size leave holes in its heap. `MALLOC_TRIM_THRESHOLD_` would rise with it.
 * - `--max-semi-space-size` (MB): batches die young and small; V8's bound of 16 lets more garbage pile up.
 * - `--heap-growing-percent`: by how much a heap may grow before it is collected as a whole. V8 lets one grow up to fourfold.
 */
const environment = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
} as const
const flags = ['--max-semi-space-size=2', '--heap-growing-percent=30'] as const

/**
 * Starts this program anew in the same process (same pid, arguments and standard streams) with settings that hold its memory down.
 * Returns where they are in force already, where the user has set `MALLOC_ARENA_MAX`, and where a process can't be replaced.
 * Nothing may have been opened before.
 */
export function becomeFrugal(): void {
  const { execve, execPath, execArgv, argv, env } = process
  if (process.platform !== 'linux' || env['MALLOC_ARENA_MAX'] !== undefined) return
  // an IPC channel to a parent would be lost
  if (execve === undefined || process.send !== undefined) return
  const own = flags.filter((flag) => !isSet(flag, [...execArgv, env['NODE_OPTIONS'] ?? '']))
  silenced(() =>
    execve(execPath, [execPath, ...execArgv, ...own, ...argv.slice(1)], { ...environment, ...env }),
  )
}

function isSet(flag: string, options: readonly string[]): boolean {
  const name = flag.slice(0, flag.indexOf('='))
  return options.some((option) => option.replaceAll('_', '-').includes(name))
}

/** Node warns that replacing a process is experimental, to whoever reads the log of a worker that starts. */
function silenced(run: () => void): void {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    run()
  } finally {
    process.emitWarning = emitWarning
  }
}
