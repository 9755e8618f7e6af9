import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sharedServices } from '@sluice/testkit/services'
import { WorkerScene } from '../threads/fixtures/worker-scene.ts'
import { formsOf, hashOf, leakySettings, wholeTopic } from './fixtures/leaks.ts'

const secret = 'p4ss"w\\rd-ünd/more+of=it'
const neighbour = 'the-neighbour-of-the-secret'
const plugin = fileURLToPath(new URL('./fixtures/leaky-source.ts', import.meta.url))

let bootstrap: string
let scene: WorkerScene
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
}, 180_000)
afterEach(() => scene?.close())

describe.each(['thread', 'none'])('values of config providers with task.isolation=%s', (isolation) => {
  it('reach the connector, and come out nowhere', async () => {
    const name = `leaky-${randomUUID().slice(0, 8)}`
    await startWorker(isolation)
    const config = leakySettings(name, { trouble: 'none', reference: reference() })
    // without threads a crash would be the worker's own
    const troubles = ['none', 'open', 'poll', 'split', 'letter', ...(isolation === 'thread' ? ['crash'] : [])]
    for (const trouble of troubles) {
      const settings = leakySettings(`${name}-${trouble}`, { trouble, reference: reference() })
      await scene.call('PUT', `/connectors/${name}-${trouble}/config`, settings)
    }
    await scene.until(async () => (await hashes(`${name}-none`)).includes(hashOf(secret)))
    for (const failing of ['open', 'poll', 'split', ...troubles.slice(5)]) {
      await scene.until(() => hasFailed(`${name}-${failing}`))
    }
    const letters = (): Promise<readonly string[]> => wholeTopic(bootstrap, `${name}-letter-dead`)
    await scene.until(async () => (await letters()).length > 0)
    await scene.until(async () => (await hashOfOffsets()) !== undefined)

    // the check may take longer than a request waits: then it goes to the log
    const refused = await scene.call('PUT', `/connectors/${name}-check/config`, {
      ...config,
      trouble: 'check',
    })
    const wrong = await scene.call('PUT', `/connectors/${name}-port/config`, { ...config, port: reference() })
    expect(JSON.stringify(wrong.body)).toContain('must be a whole number, not')
    const missing = await scene.call('PUT', `/connectors/${name}-missing/config`, {
      ...config,
      password: reference('none'),
    })
    expect(JSON.stringify(missing.body)).toContain('has no \\"none\\" in ')
    const validated = await scene.call('PUT', '/connector-plugins/leaky/config/validate', {
      ...config,
      name,
      port: reference(),
      trouble: 'check',
    })
    const shown = await scene.call('GET', `/connectors/${name}-none/config`)
    expect((shown.body as Record<string, string>)['password']).toBe(reference())

    const outputs: string[] = [refused, wrong, missing, validated].map(({ body }) => JSON.stringify(body))
    for (const path of [
      '/',
      '/connectors?expand=info&expand=status',
      '/connector-plugins',
      '/health',
      '/metrics',
    ]) {
      outputs.push(await scene.text(path))
    }
    for (const trouble of troubles) {
      for (const path of ['', '/config', '/status', '/tasks', '/topics', '/offsets', '/tasks/0/status']) {
        outputs.push(await scene.text(`/connectors/${name}-${trouble}${path}`))
      }
    }
    await scene.end('SIGTERM')
    expect(String(await letters())).toContain(
      '__connect.errors.exception.message=Refused: x://app:********@host',
    )
    outputs.push(
      ...(await letters()),
      scene.log.join(''),
      await readFile(join(scene.folder, 'offsets.dat'), 'latin1'),
    )
    const everything = outputs.join('\n')
    // that something was masked shows that there was something to find
    expect(everything.match(/\*{8}/g)?.length).toBeGreaterThan(20)
    for (const form of formsOf(secret)) expect(everything).not.toContain(form)
    expect(everything).not.toContain(neighbour)
  }, 120_000)
})

describe('a secret that was changed', () => {
  it('is used from the next start of the task on', async () => {
    const name = `leaky-${randomUUID().slice(0, 8)}`
    await startWorker('thread')
    await scene.call('PUT', `/connectors/${name}/config`, {
      'connector.class': 'leaky',
      topic: name,
      password: reference(),
    })
    await scene.until(async () => (await hashes(name)).includes(hashOf(secret)))
    await writeSecret('rotated-secret')
    await scene.call('POST', `/connectors/${name}/tasks/0/restart`)
    await scene.until(async () => (await hashes(name)).includes(hashOf('rotated-secret')))
    expect(scene.log.join('')).not.toContain('rotated-secret')
  }, 60_000)
})

async function startWorker(isolation: string): Promise<void> {
  scene = await WorkerScene.prepare()
  await writeSecret(secret)
  await scene.run(
    {
      'bootstrap.servers': '${env:SLUICE_IT_BOOTSTRAP}',
      'task.isolation': isolation,
      'plugin.path': plugin,
      'config.providers': 'file,env',
      'config.providers.file.param.allowed.paths': scene.folder,
      'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
      'config.providers.env.param.allowlist.pattern': '^SLUICE_IT_.*',
    },
    { SLUICE_IT_BOOTSTRAP: bootstrap },
  )
}

function reference(key = 'password'): string {
  return `\${file:${scene.folder}/secret.properties:${key}}`
}

async function writeSecret(value: string): Promise<void> {
  const escaped = value.replaceAll('\\', '\\\\')
  await writeFile(join(scene.folder, 'secret.properties'), `password=${escaped}\nother=${neighbour}\n`)
}

async function hasFailed(connector: string): Promise<boolean> {
  if (connector.endsWith('crash')) return scene.log.join('').includes('A worker thread was lost')
  return (await scene.text(`/connectors/${connector}/status`)).includes('FAILED')
}

async function hashOfOffsets(): Promise<string | undefined> {
  const text = await readFile(join(scene.folder, 'offsets.dat'), 'latin1').catch(() => '')
  return /"hash":"(\w+)"/.exec(text)?.[1]
}

async function hashes(topic: string): Promise<string[]> {
  return (await wholeTopic(bootstrap, topic)).map((record) => /"hash":"(\w+)"/.exec(record)?.[1] ?? '')
}
