import { parseDiskstats, parseMeminfo, parseMounts, parseNetDev, parseStat } from './linux-files.ts'

describe("Linux' files", () => {
  it('say what the CPUs did', () => {
    expect(
      parseStat(
        'cpu  1 2 3 4\ncpu0 100 0 50 1000 5 0 1 2 0 0\nctxt 77\nbtime 1700000000\nprocesses 9\nprocs_running 2\n',
      ),
    ).toEqual({
      cpus: [
        {
          cpu: '0',
          seconds: {
            user: 1,
            nice: 0,
            system: 0.5,
            idle: 10,
            iowait: 0.05,
            irq: 0,
            softirq: 0.01,
            steal: 0.02,
          },
        },
      ],
      contextSwitches: 77,
      bootTime: 1_700_000_000,
      forks: 9,
      running: 2,
      blocked: undefined,
    })
  })

  it('say what memory there is', () => {
    expect([...parseMeminfo('MemTotal:  16 kB\nActive(anon):  1 kB\nHugePages_Total:  3\nx\n')]).toEqual([
      ['MemTotal', 16_384],
      ['Active_anon', 1024],
      ['HugePages_Total', 3],
    ])
  })

  it('say what disks did, without their partitions', () => {
    const text =
      '   8 0 sda 10 1 4 500 20 2 8 1500 3 700 900 0 0\n   8 1 sda1 1 1 1 1 1 1 1 1 1 1 1\n 259 0 nvme0n1 1 0 2 0 0 0 0 0 0 0 0\n   7 0 loop0 1 1 1 1 1 1 1 1 1 1 1\n'
    expect(parseDiskstats(text)).toMatchObject([
      {
        device: 'sda',
        readsCompleted: 10,
        readBytes: 2048,
        readSeconds: 0.5,
        writesCompleted: 20,
        writtenBytes: 4096,
        writeSeconds: 1.5,
        inProgress: 3,
        ioSeconds: 0.7,
      },
      { device: 'nvme0n1', readBytes: 1024 },
    ])
  })

  it('say what went over the network', () => {
    const text =
      'Inter-|   Receive\n face |bytes packets\n  eth0: 100 2 3 4 0 0 0 0 500 6 7 8 0 0 0 0\n    lo:1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n'
    expect(parseNetDev(text)).toMatchObject([
      {
        device: 'eth0',
        receive: { bytes: 100, packets: 2, errs: 3, drop: 4 },
        transmit: { bytes: 500, packets: 6 },
      },
      { device: 'lo', receive: { bytes: 1 }, transmit: { bytes: 3 } },
    ])
  })

  it('say what is mounted, without what is no place to fill', () => {
    const text =
      'proc /proc proc rw 0 0\noverlay / overlay rw 0 0\n/dev/sda1 /my\\040data ext4 rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\ncgroup2 /x cgroup2 rw 0 0\n'
    expect(parseMounts(text)).toEqual([
      { device: 'overlay', mountpoint: '/', fstype: 'overlay' },
      { device: '/dev/sda1', mountpoint: '/my data', fstype: 'ext4' },
    ])
  })
})
