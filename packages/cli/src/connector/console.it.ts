import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Standalone, startStandalone } from '@sluice/runtime'
import { ownFolder, sharedServices, startKafkaConnect } from '@sluice/testkit/services'
import type { Logger } from '@sluice/template'
import { ConsoleScene, type Said } from './testing/console-scene.ts'

const secret = 'hush-hush-secret'
const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => quiet }

interface Worker {
  readonly url: string
  stop(): Promise<unknown>
}

const workers: Readonly<Record<string, (bootstrapServers: string) => Promise<Worker>>> = {
  async Sluice(bootstrapServers) {
    const scene = await ConsoleScene.make()
    const workerFile = await scene.file(
      'worker.properties',
      `bootstrap.servers=${bootstrapServers}\noffset.storage.file.filename=${join(scene.folder, 'offsets.dat')}\nlisteners=http://127.0.0.1:0\n` +
        'offset.flush.interval.ms=300\ntask.isolation=none\n',
    )
    const standalone: Standalone = await startStandalone({
      workerFile,
      connectorFiles: [],
      plugins: [import.meta.resolve('@sluice/connect-file')],
      log: quiet,
    })
    return {
      url: standalone.addresses[0]!,
      stop: async () => {
        await standalone.stop()
        await scene.close()
      },
    }
  },
  'Kafka Connect on the JVM': async (bootstrapServers) =>
    startKafkaConnect({
      dir: ownFolder('console-jvm'),
      bootstrapServers,
      mode: 'standalone',
      settings: { 'offset.flush.interval.ms': '300' },
    }),
}

describe.each(Object.keys(workers))('the console, before a worker of %s', (kind) => {
  let worker: Worker
  let scene: ConsoleScene
  const name = `lines ${randomUUID().slice(0, 8)}`
  let config: Record<string, string>

  beforeAll(async () => {
    const { bootstrapServers } = await sharedServices().kafka()
    worker = await workers[kind]!(bootstrapServers)
    scene = await ConsoleScene.make({ SLUICE_REST: worker.url })
    config = {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
      file: await scene.file('in.txt', 'one\ntwo\n'),
      topic: name.replace(' ', '-'),
      'some.password': secret,
      // without a topic the JVM's task waits in its producer, and heeds nothing
      'topic.creation.default.partitions': '1',
      'topic.creation.default.replication.factor': '1',
    }
    await scene.file('lines.json', { name, config })
  }, 300_000)
  afterAll(async () => {
    await worker?.stop()
    await scene?.close()
  }, 60_000)

  const masked = (said: Said): Said => {
    expect(said.out + said.err).not.toContain(secret)
    return said
  }

  it('says what would be made, and makes nothing', async () => {
    const { code, out } = masked(await scene.connector(['create', 'lines.json', '--dry-run']))
    expect(out).toContain(`${name} would change (nothing was sent):`)
    expect(out).toMatch(/^ {2}\+ {2}some\.password +\*{8}$/m)
    expect(out).toContain('The worker takes these settings.')
    expect(code).toBe(0)
    expect(JSON.parse((await scene.connector(['list', '--json'])).out)).toEqual([])
  }, 60_000)

  it('says what is wrong with settings', async () => {
    await scene.file(
      'wrong.properties',
      `name=${name}\nconnector.class=${config['connector.class']}\nfile=x\ntasks.max=many\n`,
    )
    const { code, out } = await scene.connector(['validate', 'wrong.properties'])
    expect(out).toContain(`${name} has settings that won't do:`)
    expect(out).toMatch(/topic/)
    expect(out).toMatch(/tasks\.max/)
    expect(code).toBe(1)
    expect((await scene.connector(['create', 'wrong.properties'])).code).toBe(1)
  }, 60_000)

  it('makes a connector, once, and shows it', async () => {
    expect(masked(await scene.connector(['create', 'lines.json']))).toMatchObject({ code: 0, err: '' })
    const again = await scene.connector(['create', 'lines.json'])
    expect(again.code).toBe(1)
    expect(again.err).toContain('To change one that there is: sluice connector update')
    const { out } = await scene.until(['status', name], (said) => /task 0 +RUNNING/.test(said.out))
    expect(out).toMatch(new RegExp(`^${name} \\(source\\)\n {2}connector +RUNNING`))
    const table = (await scene.connector(['list'])).out
    expect(table).toMatch(/^NAME +TYPE +STATE +TASKS +CLASS +WORKER\n/)
    expect(table).toMatch(new RegExp(`^${name} +source +RUNNING +1 running +org\\.apache`, 'm'))
    const [listed] = JSON.parse(masked(await scene.connector(['list', '--json'])).out)
    expect(listed).toMatchObject({
      name,
      type: 'source',
      state: 'RUNNING',
      tasks: [{ id: 0, state: 'RUNNING' }],
    })
  }, 90_000)

  it('shows what differs, and sends only that', async () => {
    await scene.file('lines.json', {
      name,
      config: { ...config, topic: `${config['topic']}-2`, 'batch.size': '7' },
    })
    const dry = masked(await scene.connector(['update', 'lines.json', '--dry-run']))
    expect(dry.out).toMatch(/^ {2}\+ {2}batch\.size +7$/m)
    expect(dry.out).toMatch(
      new RegExp(`^ {2}~ {2}topic +${config['topic']} {2}-> {2}${config['topic']}-2$`, 'm'),
    )
    const updated = masked(await scene.connector(['update', 'lines.json', '--json']))
    expect(JSON.parse(updated.out)).toMatchObject({ name, done: 'updated' })
    const set = masked(await scene.connector(['update', '--name', name, '--set', 'batch.size=9']))
    expect(set.out).toMatch(/^ {2}~ {2}batch\.size +7 {2}-> {2}9$/m)
    const unchanged = await scene.connector(['update', '--name', name, '--set', 'batch.size=9'])
    expect(unchanged.out).toContain('has these settings already; nothing was sent')
    const unknown = await scene.connector(['update', '--name', 'nobody', '--set', 'a=b'])
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('there is no connector nobody') })
  }, 90_000)

  it('pauses, resumes and restarts', async () => {
    expect((await scene.connector(['pause', name])).code).toBe(0)
    await scene.until(['status', name], ({ out }) => /task 0 +PAUSED/.test(out))
    expect((await scene.connector(['resume', name])).code).toBe(0)
    await scene.until(['status', name], ({ out }) => /task 0 +RUNNING/.test(out))
    expect((await scene.connector(['restart', name])).code).toBe(0)
    expect((await scene.connector(['restart', name, '--tasks', '--only-failed'])).code).toBe(0)
    expect((await scene.connector(['restart', name, '--task', '0'])).code).toBe(0)
    const two = await scene.connector(['pause', name, 'nobody'])
    expect(two.code).toBe(1)
    expect(two.out).toBe(`${name} pauses.\n`)
    expect(two.err).toContain('sluice: nobody: ')
    await scene.connector(['resume', name])
  }, 90_000)

  it('shows and sets offsets of what is stopped', async () => {
    const early = await scene.connector(['offsets', 'reset', name, '--yes'])
    expect(early).toMatchObject({
      code: 1,
      err: expect.stringContaining(`Stop it first: sluice connector stop ${name}`),
    })
    expect((await scene.connector(['stop', name])).code).toBe(0)
    await scene.until(
      ['status', name],
      ({ out }) => /connector +STOPPED/.test(out) && !out.includes('task 0'),
    )
    const partition = { filename: config['file'] }
    const big = `{"offsets":[{"partition":${JSON.stringify(partition)},"offset":{"position":9007199254740993}}]}`
    const dry = await scene.connector(['offsets', 'alter', name, '-', '--dry-run'], big)
    expect(dry.out).toContain('Would be set (nothing was sent):')
    const altered = await scene.until(
      ['offsets', 'alter', name, await scene.file('offsets.json', big)],
      ({ code }) => code === 0,
    )
    expect(altered.out).toContain('altered')
    const got = await scene.connector(['offsets', 'get', name, '--json'])
    expect(got.out).toContain('"position": 9007199254740993')
    expect((await scene.connector(['offsets', 'get', name])).out).toContain('{"position":9007199254740993}')
    await scene.connector(['offsets', 'reset', name, '--yes'])
    expect((await scene.connector(['offsets', 'get', name])).out).toBe('No offsets are stored.\n')
  }, 120_000)

  it('ends with 3 where something has FAILED', async () => {
    const sink = {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
      topics: config['topic']!,
      file: '/dev/null/nowhere',
    }
    const failing = `failing-${name.slice(-8)}`
    const made = await scene.connector(['create', '--name', failing], JSON.stringify(sink))
    expect(made).toMatchObject({ code: 0 })
    const { out } = await scene.until(['status', failing], ({ code }) => code === 3)
    expect(out).toMatch(/task 0 +FAILED/)
    expect((await scene.connector(['status', failing, '--trace'])).out).toMatch(/^ {4}.*(Error|Exception)/m)
    await scene.connector(['delete', failing, '--yes'])
  }, 120_000)

  it('completes names of connectors in bash', async () => {
    const path = await scene.onPath()
    const script = `PATH=${path}:$PATH; source <(sluice completion bash); COMP_WORDS=(sluice connector pause li); COMP_CWORD=3; _sluice; printf '%s|' "\${COMPREPLY[@]}"`
    expect((await scene.run('bash', ['-c', script])).out).toBe(`${name.replace(' ', '\\ ')}|`)
  }, 60_000)

  it('deletes what it is told to, and asks before', async () => {
    const asked = await scene.connector(['delete', name])
    expect(asked).toMatchObject({ code: 2, err: expect.stringContaining('--yes does without') })
    expect((await scene.connector(['delete', name, '--yes'])).code).toBe(0)
    await scene.until(['list', '--json'], ({ out }) => out.trim() === '[]')
    expect((await scene.connector(['status', name])).code).toBe(1)
  }, 60_000)
})
