import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sharedServices } from '@sluice/testkit/services'
import { formsOf, hashOf, leakySettings, wholeTopic } from '../providers/fixtures/leaks.ts'
import { ClusterScene, type ClusterWorker } from './testing/cluster-scene.ts'

const secret = 'p4ss"w\\rd-ünd/more+of=it'
const plugin = fileURLToPath(new URL('../providers/fixtures/leaky-source.ts', import.meta.url))

let bootstrap: string
let scene: ClusterScene
let folder: string
beforeAll(async () => {
  bootstrap = (await sharedServices().kafka()).bootstrapServers
  folder = await mkdtemp(join(tmpdir(), 'sluice-secrets-'))
  await writeFile(join(folder, 'secret.properties'), `password=${secret.replaceAll('\\', '\\\\')}\n`)
}, 180_000)
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => scene.close(), 30_000)

const troubles = ['none', 'open', 'poll', 'split', 'letter', 'crash']

/** What REST of a worker says of all connectors, whatever it is asked. */
async function saidBy(worker: ClusterWorker, names: readonly string[]): Promise<readonly string[]> {
  const ofEach = ['', '/config', '/status', '/tasks', '/topics', '/offsets', '/tasks/0/status']
  const ofAll = [
    '/',
    '/connectors?expand=info&expand=status',
    '/connector-plugins',
    '/health',
    '/metrics',
    '/admin/loggers',
  ]
  const paths = [...ofAll, ...names.flatMap((name) => ofEach.map((path) => `/connectors/${name}${path}`))]
  return Promise.all(paths.map(async (path) => (await fetch(`http://${worker.id}${path}`)).text()))
}

describe('values of config providers in a cluster', () => {
  it('are in no topic of the cluster, no log, no figure and no answer, whatever was done', async () => {
    const reference = `\${file:${join(folder, 'secret.properties')}:password}`
    scene = await ClusterScene.open(bootstrap, {
      'plugin.path': plugin,
      'task.isolation': 'thread',
      'config.providers': 'file',
      'config.providers.file.param.allowed.paths': folder,
      'scheduled.rebalance.max.delay.ms': '0',
    })
    const [first, second] = await Promise.all([scene.add(), scene.add()])
    const names = troubles.map((trouble) => `${scene.name}-${trouble}`)
    const logs: string[] = []
    for (const [index, trouble] of troubles.entries()) {
      const settings = leakySettings(names[index]!, { trouble, reference })
      await scene.until(
        async () => (await first.call('PUT', `/connectors/${names[index]}/config`, settings)).status < 300,
      )
    }
    await scene.until(async () => String(await wholeTopic(bootstrap, names[0]!)).includes(hashOf(secret)))
    await scene.until(async () => (await wholeTopic(bootstrap, `${names[4]}-dead`)).length > 0)
    for (const failed of [1, 2, 3]) {
      await scene.until(async () => JSON.stringify(await second.status(names[failed]!)).includes('FAILED'))
    }
    const said = [...(await saidBy(first, names)), ...(await saidBy(second, names))]
    for (const trouble of ['check', 'none']) {
      const settings = { ...leakySettings('x', { trouble, reference }), name: 'x', port: reference }
      const { body } = await second.call('PUT', '/connector-plugins/leaky/config/validate', settings)
      said.push(JSON.stringify(body))
    }
    for (const name of names) await first.call('POST', `/connectors/${name}/restart?includeTasks=true`)
    // with all that it says while it ends and begins anew
    await first.end()
    logs.push(first.log.join(''))
    await scene.again(first)
    await scene.until(async () => (await scene.places(names[0]!, first)).some(Boolean))
    said.push(...(await saidBy(first, names)))
    await Promise.all([first.end(), second.end()])
    logs.push(first.log.join(''), second.log.join(''))

    const topics = await Promise.all(
      ['configs', 'status', 'offsets'].map((one) => wholeTopic(bootstrap, `${scene.name}-${one}`)),
    )
    expect(topics.map((records) => records.length > 0)).toEqual([true, true, true])
    expect(String(topics[0])).toContain(reference)
    const letters = await wholeTopic(bootstrap, `${names[4]}-dead`)
    expect(String(letters)).toContain('__connect.errors.exception.message=Refused: x://app:********@host')
    const everything = [...said, ...logs, ...topics.flat(), ...letters].join('\n')
    expect(everything.match(/\*{8}/g)?.length).toBeGreaterThan(20)
    for (const form of formsOf(secret)) expect(everything).not.toContain(form)
  }, 180_000)
})
