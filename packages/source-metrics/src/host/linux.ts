import { readFile, statfs } from 'node:fs/promises'
import type { CollectorName } from './collector-names.ts'
import {
  type DiskStats,
  type Mount,
  parseDiskstats,
  parseMeminfo,
  parseMounts,
  parseNetDev,
  parseStat,
} from './linux-files.ts'
import { metric, type Reading } from './reading.ts'

const cpuSeconds = metric('node_cpu_seconds_total', 'counter', 'Seconds the CPUs spent in each mode.')
const contextSwitches = metric('node_context_switches_total', 'counter', 'Total number of context switches.')
const bootTime = metric('node_boot_time_seconds', 'gauge', 'Node boot time, in unixtime.')
const now = metric('node_time_seconds', 'gauge', 'System time in seconds since epoch (1970).')
const forks = metric('node_forks_total', 'counter', 'Total number of forks.')
const running = metric('node_procs_running', 'gauge', 'Number of processes in runnable state.')
const blocked = metric(
  'node_procs_blocked',
  'gauge',
  'Number of processes blocked waiting for I/O to complete.',
)
const loads = [
  metric('node_load1', 'gauge', '1m load average.'),
  metric('node_load5', 'gauge', '5m load average.'),
  metric('node_load15', 'gauge', '15m load average.'),
] as const

/** What is read of Linux: the kernel's own files, so that nothing is started for it. */
export const linuxCollectors: Readonly<Record<CollectorName, () => Promise<readonly Reading[]>>> = {
  async cpu() {
    const stat = parseStat(await text('/proc/stat'))
    const times = stat.cpus.flatMap(({ cpu, seconds }) =>
      Object.entries(seconds).map(([mode, value]) => cpuSeconds(value, { cpu, mode })),
    )
    return [...times, ...given(stat.contextSwitches, contextSwitches)]
  },
  async load() {
    const averages = (await text('/proc/loadavg')).split(' ').slice(0, 3)
    return averages.map((average, index) => loads[index]!(Number(average)))
  },
  async memory() {
    return [...parseMeminfo(await text('/proc/meminfo'))].map(([name, value]) =>
      metric(
        `node_memory_${name}${name.startsWith('HugePages_') ? '' : '_bytes'}`,
        'gauge',
        `Memory information field ${name}.`,
      )(value),
    )
  },
  async disk() {
    return parseDiskstats(await text('/proc/diskstats')).flatMap((disk) =>
      diskMetrics.map(({ of, value }) => of(value(disk), { device: disk.device })),
    )
  },
  async filesystem() {
    const mounts = parseMounts(await text('/proc/self/mounts'))
    return (await Promise.all(mounts.map(filesystem))).flat()
  },
  async network() {
    return parseNetDev(await text('/proc/net/dev')).flatMap(({ device, receive, transmit }) => [
      ...direction('receive', receive, device),
      ...direction('transmit', transmit, device),
    ])
  },
  async processes() {
    const stat = parseStat(await text('/proc/stat'))
    return [...given(stat.running, running), ...given(stat.blocked, blocked), ...given(stat.forks, forks)]
  },
  async uptime() {
    const stat = parseStat(await text('/proc/stat'))
    return [...given(stat.bootTime, bootTime), now(Date.now() / 1000)]
  },
}

const diskMetrics: ReadonlyArray<{
  readonly of: ReturnType<typeof metric>
  readonly value: (disk: DiskStats) => number
}> = [
  {
    of: metric(
      'node_disk_reads_completed_total',
      'counter',
      'The total number of reads completed successfully.',
    ),
    value: (disk) => disk.readsCompleted,
  },
  {
    of: metric('node_disk_read_bytes_total', 'counter', 'The total number of bytes read successfully.'),
    value: (disk) => disk.readBytes,
  },
  {
    of: metric(
      'node_disk_read_time_seconds_total',
      'counter',
      'The total number of seconds spent by all reads.',
    ),
    value: (disk) => disk.readSeconds,
  },
  {
    of: metric(
      'node_disk_writes_completed_total',
      'counter',
      'The total number of writes completed successfully.',
    ),
    value: (disk) => disk.writesCompleted,
  },
  {
    of: metric('node_disk_written_bytes_total', 'counter', 'The total number of bytes written successfully.'),
    value: (disk) => disk.writtenBytes,
  },
  {
    of: metric(
      'node_disk_write_time_seconds_total',
      'counter',
      'This is the total number of seconds spent by all writes.',
    ),
    value: (disk) => disk.writeSeconds,
  },
  {
    of: metric('node_disk_io_now', 'gauge', 'The number of I/Os currently in progress.'),
    value: (disk) => disk.inProgress,
  },
  {
    of: metric('node_disk_io_time_seconds_total', 'counter', 'Total seconds spent doing I/Os.'),
    value: (disk) => disk.ioSeconds,
  },
]

const fileSystem = {
  size: metric('node_filesystem_size_bytes', 'gauge', 'Filesystem size in bytes.'),
  free: metric('node_filesystem_free_bytes', 'gauge', 'Filesystem free space in bytes.'),
  available: metric(
    'node_filesystem_avail_bytes',
    'gauge',
    'Filesystem space available to non-root users in bytes.',
  ),
  files: metric('node_filesystem_files', 'gauge', 'Filesystem total file nodes.'),
  filesFree: metric('node_filesystem_files_free', 'gauge', 'Filesystem total free file nodes.'),
  error: metric(
    'node_filesystem_device_error',
    'gauge',
    'Whether an error occurred while getting statistics for the given device.',
  ),
}

/** A mount that can't be asked says so, and keeps nothing else from being read. */
async function filesystem({ device, mountpoint, fstype }: Mount): Promise<readonly Reading[]> {
  const labels = { device, mountpoint, fstype }
  try {
    const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(mountpoint)
    return [
      fileSystem.size(blocks * bsize, labels),
      fileSystem.free(bfree * bsize, labels),
      fileSystem.available(bavail * bsize, labels),
      fileSystem.files(files, labels),
      fileSystem.filesFree(ffree, labels),
      fileSystem.error(0, labels),
    ]
  } catch {
    return [fileSystem.error(1, labels)]
  }
}

function direction(
  way: 'receive' | 'transmit',
  counts: Readonly<Record<string, number>>,
  device: string,
): Reading[] {
  return Object.entries(counts).map(([what, value]) =>
    metric(
      `node_network_${way}_${what}_total`,
      'counter',
      `Network device statistic ${way}_${what}.`,
    )(value, { device }),
  )
}

function given(value: number | undefined, of: (value: number) => Reading): Reading[] {
  return value === undefined ? [] : [of(value)]
}

function text(path: string): Promise<string> {
  return readFile(path, 'utf8')
}
