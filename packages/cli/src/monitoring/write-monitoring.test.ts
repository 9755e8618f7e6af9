import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeMonitoring } from './write-monitoring.ts'

describe('sluice monitoring init', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-monitoring-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  const written = () => readFile(join(dir, 'new', 'prometheus.yml'), 'utf8')

  it('writes configuration, rules and dashboards with the addresses that it is given', async () => {
    const said = await writeMonitoring({
      dir: join(dir, 'new'),
      workers: ['w1:8083', 'w2:8084'],
      brokers: ['b-1.x', 'b-2.x'],
    })
    expect(said).toContain('prometheus --config.file=')
    expect((await readdir(join(dir, 'new'))).toSorted()).toEqual(['alerts.yml', 'grafana', 'prometheus.yml'])
    expect(await readdir(join(dir, 'new', 'grafana'))).toContain('workers.json')
    const text = await written()
    for (const list of [
      "['w1:8083', 'w2:8084']",
      "['b-1.x:11001', 'b-2.x:11001']",
      "['b-1.x:11002', 'b-2.x:11002']",
    ])
      expect(text).toContain(`targets: ${list}`)
    expect(text).not.toContain('example')
    expect(text).toContain('- alerts.yml')
  })

  it('leaves brokers out where there are none', async () => {
    await writeMonitoring({ dir: join(dir, 'new'), workers: ['w1:8083'], brokers: [] })
    expect(await written()).not.toMatch(/msk|1100/i)
    expect(await written()).toContain('job_name: sluice')
  })

  it.each([
    [{ workers: ['w1'], brokers: [] }, '"w1" can\'t be a worker'],
    [{ workers: ["w1:1'"], brokers: [] }, "can't be a worker"],
    [{ workers: ['w1:1'], brokers: ['b:9092'] }, '"b:9092" can\'t be a broker'],
  ])('refuses what can be no address: %j', async (addresses, message) => {
    await expect(writeMonitoring({ dir: join(dir, 'new'), ...addresses })).rejects.toThrow(message)
  })

  it('writes over nothing', async () => {
    await writeFile(join(dir, 'mine.txt'), 'x')
    await expect(writeMonitoring({ dir, workers: ['w:1'], brokers: [] })).rejects.toThrow('is not empty')
  })
})
