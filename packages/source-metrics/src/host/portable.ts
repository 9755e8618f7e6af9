import type * as SystemInformation from 'systeminformation'
import { cpus, loadavg, uptime } from 'node:os'
import type { CollectorName } from './collector-names.ts'
import { metric, type Reading } from './reading.ts'

/**
 * What is read of other systems than Linux, by the package systeminformation: fewer figures, under the same names. It may start programs of the system (`df`, `ps`), hence on Linux the
 * kernel's files.
 */
export const portableCollectors: Readonly<Record<CollectorName, () => Promise<readonly Reading[]>>> = {
  async cpu() {
    const seconds = metric('node_cpu_seconds_total', 'counter', 'Seconds the CPUs spent in each mode.')
    return cpus().flatMap(({ times }, cpu) =>
      Object.entries(times).map(([mode, ms]) =>
        seconds(ms / 1000, { cpu: String(cpu), mode: mode === 'sys' ? 'system' : mode }),
      ),
    )
  },
  async load() {
    const names = ['node_load1', 'node_load5', 'node_load15']
    return loadavg().map((average, index) => metric(names[index]!, 'gauge', 'Load average.')(average))
  },
  async memory() {
    const { total, free, available, buffers, cached, swaptotal, swapfree } = await (await library()).mem()
    const fields = {
      MemTotal: total,
      MemFree: free,
      MemAvailable: available,
      Buffers: buffers,
      Cached: cached,
      SwapTotal: swaptotal,
      SwapFree: swapfree,
    }
    return Object.entries(fields).map(([name, value]) =>
      metric(`node_memory_${name}_bytes`, 'gauge', `Memory information field ${name}.`)(value),
    )
  },
  async disk() {
    const totals = await (await library()).disksIO()
    // null where the system doesn't tell
    if (!totals) return []
    const reads = metric('node_disk_reads_completed_total', 'counter', 'Reads of all disks.')
    const writes = metric('node_disk_writes_completed_total', 'counter', 'Writes of all disks.')
    return [reads(totals.rIO, { device: 'all' }), writes(totals.wIO, { device: 'all' })]
  },
  async filesystem() {
    const size = metric('node_filesystem_size_bytes', 'gauge', 'Filesystem size in bytes.')
    const available = metric('node_filesystem_avail_bytes', 'gauge', 'Filesystem space available in bytes.')
    return (await (await library()).fsSize()).flatMap((one) => {
      const labels = { device: one.fs, mountpoint: one.mount, fstype: one.type }
      return [size(one.size, labels), available(one.available, labels)]
    })
  },
  async network() {
    const counts = [
      ['receive_bytes', 'rx_bytes'],
      ['receive_errs', 'rx_errors'],
      ['receive_drop', 'rx_dropped'],
      ['transmit_bytes', 'tx_bytes'],
      ['transmit_errs', 'tx_errors'],
      ['transmit_drop', 'tx_dropped'],
    ] as const
    return (await (await library()).networkStats('*')).flatMap((one) =>
      counts.map(([what, field]) =>
        metric(
          `node_network_${what}_total`,
          'counter',
          `Network device statistic ${what}.`,
        )(one[field], {
          device: one.iface,
        }),
      ),
    )
  },
  async processes() {
    const { running, blocked } = await (await library()).processes()
    return [
      metric('node_procs_running', 'gauge', 'Number of processes in runnable state.')(running),
      metric('node_procs_blocked', 'gauge', 'Number of processes blocked.')(blocked),
    ]
  },
  async uptime() {
    const seconds = Date.now() / 1000
    return [
      metric('node_boot_time_seconds', 'gauge', 'Node boot time, in unixtime.')(seconds - uptime()),
      metric('node_time_seconds', 'gauge', 'System time in seconds since epoch (1970).')(seconds),
    ]
  },
}

async function library(): Promise<typeof SystemInformation.default> {
  const loaded = await import('systeminformation')
  return loaded.default
}
