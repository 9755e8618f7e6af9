import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sharedServices } from '@sluice/testkit/services'
import { SluiceProcess } from './bad-input/sluice-process.ts'
import { readTopic } from './faults/readings.ts'

const run = promisify(execFile)
const examples = fileURLToPath(new URL('../examples', import.meta.url))

describe('the examples', () => {
  it.each(readdirSync(examples).filter((name) => name.startsWith('hello-')))(
    '%s passes its own suite',
    async (name) => {
      const { stdout } = await run('npm', ['test'], { cwd: `${examples}/${name}` })
      expect(stdout).toMatch(/^ℹ pass [1-9]/m)
      expect(stdout).toMatch(/^ℹ fail 0$/m)
    },
    60_000,
  )

  it.each(readdirSync(examples).filter((name) => name.startsWith('hello-')))(
    '%s is about thirty lines',
    (name) => {
      const source = readFileSync(`${examples}/${name}/src/${name}.ts`, 'utf8')
      expect(source.trimEnd().split('\n').length).toBeLessThan(40)
    },
  )
})

describe('the files of hello-source and hello-sink', () => {
  const workers: SluiceProcess[] = []
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-examples-'))
  })
  afterAll(async () => {
    for (const worker of workers) await worker.end()
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  /** Runs an example as its `npm start` does, with its files but for the addresses in them. */
  function start(name: string, here: Readonly<Record<string, string>>): void {
    const files = ['worker.properties', 'connector.json'].map((file) => {
      const theirs = readFileSync(`${examples}/${name}/example/${file}`, 'utf8')
      const ours = Object.entries(here).reduce((text, [from, to]) => text.replaceAll(from, to), theirs)
      const path = join(folder, `${name}-${file}`)
      writeFileSync(path, file === 'worker.properties' ? `${ours}listeners=\n` : ours)
      return path
    })
    workers.push(new SluiceProcess(['standalone', ...files], `${examples}/${name}`))
  }

  it('carry greetings through a topic into files', async () => {
    const { bootstrapServers } = await sharedServices().kafka()
    const topic = `greetings-${randomUUID().slice(0, 8)}`
    const dir = join(folder, 'files')
    const kafka = { '127.0.0.1:9092': bootstrapServers }
    start('hello-source', {
      ...kafka,
      '"greetings"': `"${topic}"`,
      'example/offsets.dat': join(folder, 'source.dat'),
    })
    start('hello-sink', {
      ...kafka,
      'example/greetings': dir,
      '"greetings"': `"${topic}"`,
      'example/offsets.dat': join(folder, 'sink.dat'),
    })
    const files = async (): Promise<readonly string[]> =>
      (await readTopic(bootstrapServers, topic).catch(() => [])).length < 3 ? [] : filesIn(dir)
    const deadline = Date.now() + 90_000
    while ((await files()).length < 3 && Date.now() < deadline) await sleep(500)
    const texts = (await files()).slice(0, 3).map((name) => readFileSync(join(dir, name), 'utf8'))
    expect(texts).toEqual(['"hello 1"', '"hello 2"', '"hello 3"'])
  }, 240_000)
})

function filesIn(dir: string): readonly string[] {
  try {
    const offsetOf = (name: string): number => Number(/(\d+)\.json$/.exec(name)?.[1])
    return readdirSync(dir).toSorted((a, b) => offsetOf(a) - offsetOf(b))
  } catch {
    return []
  }
}
