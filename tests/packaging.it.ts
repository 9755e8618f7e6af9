import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sharedServices } from '@sluice/testkit/services'
import { readTopic } from './faults/readings.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const packages = readdirSync(join(root, 'packages'))

type Ranges = Readonly<Record<string, string>>

interface Manifest {
  readonly dependencies?: Ranges
  readonly devDependencies?: Ranges
}

/** The environment of a user's shell: without what pnpm and jest have put into ours, but with this Node first on the PATH. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|pnpm_|JEST|NODE_OPTIONS|NODE_ENV)/i.test(name)),
)

describe('the packages as they are published', () => {
  let folder: string
  let tarballs: Record<string, string>

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-packed-'))
    await run('npx', ['-y', 'pnpm@12', 'build'], { cwd: root })
    tarballs = Object.fromEntries(await Promise.all(packages.map(pack)))
    await installed(join(folder, 'app'), { dependencies: tarballs })
  }, 600_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function pack(directory: string): Promise<[string, string]> {
    const cwd = join(root, 'packages', directory)
    const { name } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as { name: string }
    const out = join(folder, `${directory}.tgz`)
    await run('npx', ['-y', 'pnpm@12', 'pack', '--out', out], { cwd })
    return [name, `file:${out}`]
  }

  /** An npm project outside the repository with what its manifest asks for: ours as it was packed, the rest from the registry. */
  async function installed(cwd: string, manifest: Manifest): Promise<void> {
    mkdirSync(cwd, { recursive: true })
    const packed = (ranges: Ranges = {}): Ranges =>
      Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, tarballs[name] ?? range]))
    writeFileSync(
      join(cwd, 'package.json'),
      JSON.stringify({
        private: true,
        ...manifest,
        dependencies: packed(manifest.dependencies),
        devDependencies: packed(manifest.devDependencies),
        overrides: tarballs,
      }),
    )
    await run('npm', ['install', '--no-audit', '--no-fund'], { cwd, env: environment })
  }

  const inApp = (args: readonly string[]) =>
    run(process.execPath, [...args], { cwd: join(folder, 'app'), env: environment })

  it('are imported by an ES module and required by CommonJS', async () => {
    const names = Object.keys(tarballs).filter((name) => name !== 'sluice')
    for (const name of names) {
      const asModule = await inApp([
        '--input-type=module',
        '-e',
        `console.log(Object.keys(await import('${name}')).length > 0)`,
      ])
      const asCommonJs = await inApp([
        '--input-type=commonjs',
        '-e',
        `console.log(Object.keys(require('${name}')).length > 0)`,
      ])
      expect([name, asModule.stdout, asCommonJs.stdout]).toEqual([name, 'true\n', 'true\n'])
    }
  }, 120_000)

  it('carry no tests and no build state', async () => {
    for (const tarball of Object.values(tarballs)) {
      const { stdout } = await run('tar', ['-tzf', tarball.slice('file:'.length)])
      expect(
        stdout
          .split('\n')
          .filter((file) => /^package\/(?!scaffolds).*(\.(test|it)\.|tsbuildinfo|\/test\/)/.test(file)),
      ).toEqual([])
      expect(stdout).toMatch(/^package\/dist\/.*\.js$/m)
    }
  })

  it('run hello-source in an empty folder', async () => {
    const kafka = await sharedServices().kafka()
    const topic = `packed-${Date.now()}`
    cpSync(join(root, 'examples/hello-source/src/hello-source.ts'), join(folder, 'app/hello-source.ts'))
    writeFileSync(join(folder, 'app/app.mts'), application(kafka.bootstrapServers, topic))
    await inApp(['app.mts'])
    const values = (await readTopic(kafka.bootstrapServers, topic)).map(({ value }) => value)
    expect(values.slice(0, 3)).toEqual(['hello 1', 'hello 2', 'hello 3'])
  }, 180_000)

  it('offer the sluice command', async () => {
    const { stdout } = await run('npx', ['sluice', '--help'], { cwd: join(folder, 'app'), env: environment })
    expect(stdout).toContain('sluice standalone worker.properties')
  }, 60_000)

  it.each(['source', 'sink', 'transform'])(
    'make a %s package whose suite is green at once',
    async (kind) => {
      const made = join(folder, `new-${kind}`)
      await run('npx', ['sluice', 'new', kind, 'weather', '--dir', made], {
        cwd: join(folder, 'app'),
        env: environment,
      })
      const manifest = JSON.parse(readFileSync(join(made, 'package.json'), 'utf8')) as Manifest
      await installed(made, manifest)
      const { stdout } = await run('npm', ['test'], { cwd: made, env: environment })
      expect(stdout).toMatch(/pass [1-9]/)
      expect(stdout).toMatch(/fail 0/)
      await run('npm', ['run', 'check'], { cwd: made, env: environment })
    },
    240_000,
  )
})

function application(bootstrapServers: string, topic: string): string {
  return `
import { createWorker } from '@sluice/runtime'
import { helloSource } from './hello-source.ts'

const worker = createWorker({
  kafka: '${bootstrapServers}',
  plugins: [helloSource],
  settings: {
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  },
})
await worker.start()
await worker.connectors.put('hello', helloSource, { topic: '${topic}', interval: 10, limit: 5 })
await new Promise((resolve) => setTimeout(resolve, 5_000))
await worker.stop()
`
}
