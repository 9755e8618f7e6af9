/** Readers of Linux' /proc files: text to numbers. Lines that they don't understand are left out. */

export interface CpuTimes {
  readonly cpu: string
  /** Seconds, by mode. */
  readonly seconds: Readonly<Record<string, number>>
}

const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal']
/** USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

/** /proc/stat */
export function parseStat(text: string) {
  const lines = text.split('\n').map((line) => line.split(/\s+/))
  const one = (name: string): number | undefined => {
    const value = lines.find(([key]) => key === name)?.[1]
    return value === undefined ? undefined : Number(value)
  }
  const cpus = lines.flatMap(([key = '', ...ticks]): CpuTimes[] => {
    const cpu = /^cpu(\d+)$/.exec(key)?.[1]
    if (cpu === undefined) return []
    const seconds = modes.map((mode, index) => [mode, Number(ticks[index] ?? 0) / ticksPerSecond])
    return [{ cpu, seconds: Object.fromEntries(seconds) as Record<string, number> }]
  })
  return {
    cpus,
    contextSwitches: one('ctxt'),
    bootTime: one('btime'),
    forks: one('processes'),
    running: one('procs_running'),
    blocked: one('procs_blocked'),
  }
}

/** /proc/meminfo, in bytes by its own names, `Active(anon)` as `Active_anon`. */
export function parseMeminfo(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [, name, value, unit] = /^([^:]+):\s+(\d+)(?:\s+(kB))?$/.exec(line) ?? []
    if (name === undefined) continue
    found.set(
      name.replace(/[()]/g, (one) => (one === '(' ? '_' : '')),
      Number(value) * (unit ? 1024 : 1),
    )
  }
  return found
}

export interface DiskStats {
  readonly device: string
  readonly readsCompleted: number
  readonly readBytes: number
  readonly readSeconds: number
  readonly writesCompleted: number
  readonly writtenBytes: number
  readonly writeSeconds: number
  readonly inProgress: number
  readonly ioSeconds: number
}

const sectorBytes = 512
/** What the node exporter leaves out: partitions, loop devices and RAM disks. */
const ignoredDevice = /^(z?ram|loop|fd|(h|s|v|xv)d[a-z]+\d+|nvme\d+n\d+p\d+|mmcblk\d+p\d+)\d*$/

/** /proc/diskstats */
export function parseDiskstats(text: string): readonly DiskStats[] {
  return text.split('\n').flatMap((line) => {
    const [, , device = '', ...numbers] = line.trim().split(/\s+/)
    if (device === '' || ignoredDevice.test(device) || numbers.length < 11) return []
    const at = (index: number): number => Number(numbers[index])
    return [
      {
        device,
        readsCompleted: at(0),
        readBytes: at(2) * sectorBytes,
        readSeconds: at(3) / 1000,
        writesCompleted: at(4),
        writtenBytes: at(6) * sectorBytes,
        writeSeconds: at(7) / 1000,
        inProgress: at(8),
        ioSeconds: at(9) / 1000,
      },
    ]
  })
}

const directions = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast']
const transmitted = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed']

export interface NetworkStats {
  readonly device: string
  readonly receive: Readonly<Record<string, number>>
  readonly transmit: Readonly<Record<string, number>>
}

/** /proc/net/dev */
export function parseNetDev(text: string): readonly NetworkStats[] {
  return text.split('\n').flatMap((line) => {
    const [, device, rest] = /^\s*([^\s:]+):\s*(\d.*)$/.exec(line) ?? []
    if (device === undefined || rest === undefined) return []
    const numbers = rest.trim().split(/\s+/).map(Number)
    const named = (names: readonly string[], from: number) =>
      Object.fromEntries(names.map((name, index) => [name, numbers[from + index] ?? 0]))
    return [{ device, receive: named(directions, 0), transmit: named(transmitted, directions.length) }]
  })
}

export interface Mount {
  readonly device: string
  readonly mountpoint: string
  readonly fstype: string
}

/** What the node exporter leaves out. */
const ignoredType =
  /^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$/
const ignoredMountpoint =
  /^\/(dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)($|\/)/

/** /proc/self/mounts, without what is no file system to fill; each mount point once. */
export function parseMounts(text: string): readonly Mount[] {
  const found = new Map<string, Mount>()
  for (const line of text.split('\n')) {
    const [device = '', mountpoint = '', fstype = ''] = line.split(' ').map(unescapedOctal)
    if (mountpoint === '' || ignoredMountpoint.test(mountpoint)) continue
    // the root of a container is an overlay, and the only one to fill
    if (ignoredType.test(fstype) && mountpoint !== '/') continue
    found.set(mountpoint, { device, mountpoint, fstype })
  }
  return [...found.values()]
}

function unescapedOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}
