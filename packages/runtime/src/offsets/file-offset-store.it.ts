import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { FileOffsetStore } from './file-offset-store.ts'

const java = promisify(execFile)
const program = fileURLToPath(new URL('golden/OffsetFile.java', import.meta.url))

describe('an offset file and the JVM', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-offsets-'))
    path = join(folder, 'connect.offsets')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('that the JVM wrote is read here, and goes on under its keys', async () => {
    const key = '["jdbc",{"protocol":"1","table":"db.public.orders"}]'
    await java('java', [
      program,
      'write',
      path,
      key,
      '{"incrementing":9007199254740993}',
      '["gone",{}]',
      'null',
    ])
    const store = await FileOffsetStore.open(path)
    const partition = { table: 'db.public.orders', protocol: '1' }
    expect(await store.get('jdbc', [partition])).toEqual([{ incrementing: 9007199254740993n }])
    expect(await store.all('gone')).toEqual([])
    await store.set('jdbc', [{ partition, offset: { incrementing: 9007199254740995n } }])
    const { stdout } = await java('java', [program, 'read', path])
    expect(stdout).toBe(`${key} = {"incrementing":9007199254740995}\n`)
  }, 60_000)

  it('that was written here is read by the JVM', async () => {
    const store = await FileOffsetStore.open(path)
    const offsets = Array.from({ length: 40 }, (_, n) => ({ partition: { n: `p${n}` }, offset: { n } }))
    await store.set('c', offsets)
    const { stdout } = await java('java', [program, 'read', path])
    const wanted = offsets.map(({ partition, offset }) => `["c",{"n":"${partition.n}"}] = {"n":${offset.n}}`)
    expect(stdout.trimEnd().split('\n')).toEqual(wanted.toSorted())
  }, 60_000)
})
