import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionFlags, reachedKafka } from './connection.ts'

const settingsOf = async (flags: ConnectionFlags) => (await reachedKafka(flags)).settings

describe('how to reach Kafka', () => {
  let folder: string
  const before = process.cwd()
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-dlq-'))
    process.chdir(folder)
  })
  afterEach(() => {
    process.chdir(before)
    rmSync(folder, { recursive: true })
  })

  it('is said by worker.properties of this folder, or by another file', async () => {
    writeFileSync('worker.properties', 'bootstrap.servers=a:1\nsecurity.protocol=SSL\n')
    writeFileSync('client.properties', 'bootstrap.servers=b:2\n')
    expect(Object.fromEntries(await settingsOf({}))).toEqual({
      'bootstrap.servers': 'a:1',
      'security.protocol': 'SSL',
    })
    expect((await settingsOf({ worker: 'client.properties' })).get('bootstrap.servers')).toBe('b:2')
  })

  it('is said on the command line, which wins; then no file is read unless it is named', async () => {
    writeFileSync('worker.properties', 'bootstrap.servers=a:1\nsecurity.protocol=SSL\n')
    const flags = { bootstrapServers: 'c:3', set: ['sasl.jaas.config=x y="z=1"'] }
    expect(Object.fromEntries(await settingsOf(flags))).toEqual({
      'bootstrap.servers': 'c:3',
      'sasl.jaas.config': 'x y="z=1"',
    })
    const both = await settingsOf({ ...flags, worker: 'worker.properties' })
    expect([both.get('bootstrap.servers'), both.get('security.protocol')]).toEqual(['c:3', 'SSL'])
  })

  it('has the values that the worker’s settings refer to', async () => {
    writeFileSync('secret.properties', 'jaas=x password="hush"\n')
    writeFileSync(
      'worker.properties',
      `bootstrap.servers=a:1\nsasl.jaas.config=\${file:${folder}/secret.properties:jaas}\nconfig.providers=file\nconfig.providers.file.param.allowed.paths=${folder}\n`,
    )
    expect((await settingsOf({})).get('sasl.jaas.config')).toBe('x password="hush"')
  })

  it('is asked for where nothing says it', async () => {
    await expect(settingsOf({})).rejects.toThrow('which Kafka? Give an address')
    writeFileSync('empty.properties', '')
    await expect(settingsOf({ worker: 'empty.properties' })).rejects.toThrow(
      'empty.properties names no bootstrap.servers',
    )
    await expect(settingsOf({ worker: 'none.properties' })).rejects.toThrow("none.properties can't be read")
    await expect(settingsOf({ set: ['x'] })).rejects.toThrow('--set takes name=value')
  })
})
