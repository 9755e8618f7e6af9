import { randomUUID } from 'node:crypto'
import { type Admin, openKafkaClients } from '@sluice/runtime'
import { memoryLogger } from '@sluice/testkit'
import { sharedServices } from '@sluice/testkit/services'
import { ConsoleScene, type Said } from '../connector/testing/console-scene.ts'

let scene: ConsoleScene
let servers: string
let admin: Admin
beforeAll(async () => {
  servers = (await sharedServices().kafka()).bootstrapServers
  scene = await ConsoleScene.make()
  await scene.onPath()
  await scene.file('worker.properties', `bootstrap.servers=${servers}\n`)
  const kafka = { settings: new Map([['bootstrap.servers', servers]]), reach: {} }
  admin = (await openKafkaClients(kafka, { log: memoryLogger(), clientId: 'test' })).admin()
}, 180_000)
afterAll(async () => {
  await admin?.close()
  await scene?.close()
})

/** A line of a shell, with `sluice` on the PATH and a worker.properties in its folder. */
const shell = (line: string, input = ''): Promise<Said> =>
  scene.run('bash', ['-c', `set -o pipefail; PATH="$PWD:$PATH"; ${line}`], input)
const ok = async (line: string, input = ''): Promise<string> => {
  const { code, out, err } = await shell(line, input)
  if (code !== 0) throw new Error(`${line}: ${code}\n${out}${err}`)
  return out
}
const topicOf = async (partitions = 1): Promise<string> => {
  const topic = `console-${randomUUID().slice(0, 8)}`
  await admin.createTopics([{ name: topic, partitions }])
  return topic
}

describe('produce and consume', () => {
  it('carry lines through a topic as they are, and nothing else is printed', async () => {
    const topic = await topicOf()
    const input = 'one\n\ntwo ä\nthree'
    expect(await shell(`sluice produce ${topic}`, input)).toEqual({ code: 0, out: '', err: '' })
    expect(await shell(`sluice consume ${topic}`)).toEqual({ code: 0, out: `${input}\n`, err: '' })
  }, 120_000)

  it('carry big input through pipes, unchanged', async () => {
    const topic = await topicOf()
    // 20 MB
    await ok('seq -f "%0200.0f" 1 100000 > big')
    await ok(`cat big | sluice produce ${topic} -z zstd`)
    await ok(`sluice consume ${topic} | cmp - big`)
    // a reader who has had enough is no error, and ends it
    const first = `${'0'.repeat(199)}1\n`
    expect(await shell(`sluice consume ${topic} | head -1`)).toEqual({ code: 0, out: first, err: '' })
  }, 240_000)

  it('have keys, headers and partitions', async () => {
    const topic = await topicOf(3)
    await ok(`sluice produce ${topic} -k : -H origin=shell -p 2 --null NULL`, 'a:1\nb:NULL\n')
    expect(await ok(`sluice consume ${topic} --keys --headers -k '|'`)).toBe(
      'origin=shell|a|1\norigin=shell|b|null\n',
    )
    const copy = await topicOf()
    await ok(`sluice consume ${topic} --json | sed 's/"partition":2,//' | sluice produce ${copy} --json`)
    expect(await ok(`sluice consume ${copy} --keys --headers -k '|'`)).toBe(
      'origin=shell|a|1\norigin=shell|b|null\n',
    )
  }, 180_000)

  it('begin where they are told, and end there', async () => {
    const topic = await topicOf()
    await ok(`sluice produce ${topic}`, '0\n1\n2\n3\n4\n')
    expect(await ok(`sluice consume ${topic} --from 3`)).toBe('3\n4\n')
    expect(await ok(`sluice consume ${topic} --from -2 --max 1`)).toBe('3\n')
    expect(await ok(`sluice consume ${topic} --from 1h`)).toBe('0\n1\n2\n3\n4\n')
  }, 120_000)

  it('go on with what comes, until they are interrupted', async () => {
    const topic = await topicOf()
    const line = `sluice consume ${topic} --follow > out & pid=$!
      for n in 1 2; do echo "line $n" | sluice produce ${topic}; until [ "$(wc -l < out)" = $n ]; do sleep 0.1; done; done
      kill -INT $pid; wait $pid; echo "code $?"; cat out`
    // a background job of a shell without job control ignores SIGINT, unless it asks for it, as sluice does
    expect(await ok(line)).toBe('code 130\nline 1\nline 2\n')
  }, 120_000)

  it('share a topic as a group, and go on where it ended', async () => {
    const topic = await topicOf(2)
    await ok(`sluice produce ${topic} -p 0`, 'a\nb\n')
    expect(await ok(`sluice consume ${topic} -g readers --max 1`)).toBe('a\n')
    await ok(`sluice produce ${topic} -p 1`, 'c\n')
    const rest = (await ok(`sluice consume ${topic} -g readers`)).split('\n').toSorted()
    expect(rest).toEqual(['', 'b', 'c'])
    expect(await ok(`sluice consume ${topic} -g readers`)).toBe('')
    const described = await ok('sluice groups describe readers')
    expect(described).toMatch(/^readers is Empty, with 0 members\.\n/)
    expect(described).toMatch(new RegExp(`${topic} +0 +2 +2 +0 +-\n${topic} +1 +1 +1 +0 +-`))
    await ok(`sluice groups reset readers --to -1 --yes`)
    expect((await ok(`sluice consume ${topic} -g readers`)).split('\n').toSorted()).toEqual(['', 'b', 'c'])
  }, 180_000)
})

describe('topics', () => {
  it('are made, described, changed and deleted', async () => {
    const topic = `console-${randomUUID().slice(0, 8)}`
    await ok(`sluice topics create ${topic} --partitions 2`)
    expect(await ok('sluice topics list')).toMatch(new RegExp(`^${topic} +2 +1`, 'm'))
    expect((await shell(`sluice topics create ${topic}`)).err).toContain('is there already; --if-not-exists')
    await ok(
      `sluice topics alter ${topic} --partitions 3 --topic-config retention.ms=60000 --topic-config cleanup.policy=compact`,
    )
    await ok(`sluice topics alter ${topic} --unset cleanup.policy`)
    const [described] = JSON.parse(await ok(`sluice topics describe ${topic} --json`)) as [
      { configs: object; partitions: unknown[] },
    ]
    expect(described.configs).toEqual({ 'retention.ms': '60000' })
    expect(described.partitions).toHaveLength(3)
    expect(await ok(`sluice topics delete ${topic} --yes`)).toBe(`${topic} was deleted.\n`)
    expect((await ok('sluice topics list -q')).split('\n')).not.toContain(topic)
  }, 180_000)
})

describe('what goes wrong', () => {
  it.each([
    ['sluice consume no-such-topic', 1, 'There is no topic no-such-topic'],
    ['sluice consume t -b 127.0.0.1:1 --set admin.default.api.timeout.ms=500', 1, 'was not reached'],
    ['cd / && sluice consume t', 2, 'which Kafka?'],
    ['sluice consume t --value-format avro', 2, '--schema-registry is missing'],
  ])(
    '%s: code %i',
    async (line, code, what) => {
      const said = await shell(line)
      expect(said).toMatchObject({ code, out: '' })
      expect(said.err).toContain(what)
    },
    60_000,
  )

  it('is a line that is no record: what came before it is sent', async () => {
    const topic = await topicOf()
    const said = await shell(`sluice produce ${topic} -k :`, 'a:1\nb\n')
    expect(said).toMatchObject({ code: 2, err: 'sluice: line 2 has no key: there is no ":" in it.\n' })
  }, 60_000)

  it('is a record that Kafka does not take', async () => {
    const topic = await topicOf()
    const said = await shell(
      `sluice topics alter ${topic} --topic-config max.message.bytes=200 && sluice produce ${topic}`,
      `${'x'.repeat(5000)}\n`,
    )
    expect(said.code).toBe(1)
    expect(said.err).toContain('MESSAGE_TOO_LARGE')
  }, 60_000)
})
