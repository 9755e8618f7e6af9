import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  mskEmulatorUnavailable,
  type MskBroker,
  pythonUnavailable,
  type Shared,
  sharedServices,
} from '@sluice/testkit/services'
import { Client } from 'pg'
import { MskScene } from '../packages/cli/src/msk/testing/msk-scene.ts'
import { readTopic } from './faults/readings.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const cli = join(root, 'packages/cli/src/bin.ts')
const unavailable = mskEmulatorUnavailable() ?? pythonUnavailable()
const emulated = unavailable === undefined ? it : it.skip

/** The lines of all blocks that are for a shell. */
const commands = readFileSync(join(root, 'docs/MSK.md'), 'utf8')
  .split('```sh\n')
  .slice(1)
  .flatMap((block) => block.slice(0, block.indexOf('```')).trim().split('\n'))

/** As a shell does, as far as these need it. */
const words = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word)

const title = 'goes from an empty account to a running pipeline and back, command by command'

describe('docs/MSK.md', () => {
  it('has commands of sluice alone, for every step', () => {
    expect(commands.length).toBeGreaterThan(20)
    expect(commands.filter((line) => !line.startsWith('sluice '))).toEqual([])
  })

  emulated(
    unavailable === undefined ? title : `${title} (skipped: ${unavailable})`,
    async () => {
      const scene = await MskScene.open({ moto: true })
      const home = process.cwd()
      const printed = new Map<string, string>()
      const broker = await sharedServices().mskBroker()
      try {
        cpSync(join(root, 'examples/msk'), scene.folder, { recursive: true })
        process.chdir(scene.folder)
        for (const line of commands) {
          const [command = '', file] = line.split(' > ')
          const args = words(command).slice(1)
          const out =
            args[0] === 'msk' ? await run(scene, line, args.slice(1)) : await pipeline(scene, broker, args)
          printed.set(line, out)
          if (file !== undefined) writeFileSync(file, out)
        }
        const policy = JSON.parse(readFileSync('policy.json', 'utf8')) as {
          Statement: { Resource: string[] }[]
        }
        expect(policy.Statement.flatMap(({ Resource }) => Resource).join(' ')).toMatch(
          /:cluster\/shop\/\S+ .*:topic\/shop\/[^/]+\/shop\.orders /,
        )
        expect(printed.get('sluice msk cluster bootstrap shop')).toMatch(/^iam +private +b-1\.shop\..*:9098/m)
        const describeText = printed.get('sluice msk cluster describe shop')
        expect(describeText).toMatch(/^state +ACTIVE$/m)
        expect(describeText).toMatch(/^Prometheus +jmx, node$/m)
        expect(describeText).toMatch(/^configuration +arn:.*:configuration\/shop-brokers\//m)
        // an empty account again
        expect((await scene.msk(['network', 'show', 'shop'])).code).toBe(1)
        expect((await scene.msk(['cluster', 'describe', 'shop'])).code).toBe(1)
      } finally {
        process.chdir(home)
        await scene.close()
      }
    },
    900_000,
  )
})

async function run(scene: MskScene, line: string, args: readonly string[]): Promise<string> {
  scene.proxy.next({ looks: 1 })
  // looks are seconds apart otherwise
  const { code, out, err } = await scene.msk(args.includes('--wait') ? [...args, '--poll', '0.01'] : args)
  expect({ line, code, err: code === 0 ? '' : err }).toEqual({ line, code: 0, err: '' })
  return out
}

/** The worker with the example's files, but for the addresses in them; until rows are in the topic. */
async function pipeline(
  scene: MskScene,
  broker: Shared<MskBroker>,
  args: readonly string[],
): Promise<string> {
  const id = randomUUID().slice(0, 8)
  const key = {
    accessKeyId: `AKIA${id}`,
    secretAccessKey: `secret-${id}`,
    principal: 'arn:aws:iam::123456789012:role/worker',
  }
  await broker.keys.put(key)
  scene.proxy.brokersAt({ 9098: broker.listeners.iam })
  const { url } = await sharedServices().postgres()
  const table = `orders_${id}`
  const database = new Client({ connectionString: url })
  await database.connect()
  await database.query(`CREATE TABLE ${table} (id bigint PRIMARY KEY, what text)`)
  await database.query(`INSERT INTO ${table} VALUES (1, 'tea'), (2, 'salt')`)
  const { ClusterArn } = JSON.parse(await scene.done(['cluster', 'describe', 'shop', '--json'])) as {
    ClusterArn: string
  }
  edit('worker.properties', (text) =>
    text
      .replace(/arn:aws:kafka:\S+/, ClusterArn)
      .concat(
        `listeners=\nmsk.endpoint=${scene.proxy.url}\nssl.truststore.type=PEM\nssl.truststore.location=${broker.tls.certificate}\n`,
      ),
  )
  edit('orders.json', (text) =>
    text
      .replace(/postgres:[^"]+/, url)
      .replace('"table.whitelist": "orders"', `"table.whitelist": "${table}"`)
      // there is one broker
      .replace('replication.factor": "3"', 'replication.factor": "1"'),
  )
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
  }
  const worker = spawn(process.execPath, ['--conditions=source', cli, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(worker, 'close')
  let said = ''
  for (const stream of [worker.stdout, worker.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  try {
    const deadline = performance.now() + 180_000
    const rows = async () => readTopic(broker.bootstrapServers, `shop.${table}`).catch(() => [])
    while ((await rows()).length < 2) {
      if (worker.exitCode !== null || performance.now() > deadline)
        throw new Error(`no rows arrived:\n${said}`)
      await sleep(500)
    }
    const values = (await rows()).map(({ value }) => value)
    expect(new Set(values)).toEqual(new Set(['{"id":1,"what":"tea"}', '{"id":2,"what":"salt"}']))
  } finally {
    worker.kill('SIGTERM')
    await closed
    await database.query(`DROP TABLE ${table}`)
    await database.end()
    await broker.keys.remove(key.accessKeyId)
    // the network's commands go on with the emulator's own names
    scene.proxy.brokersAt({})
  }
  expect(worker.exitCode).toBe(0)
  return said
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')))
}
