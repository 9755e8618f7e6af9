import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileOffsetStore } from './file-offset-store.ts'
import { readJavaMap, writeJavaMap } from './java-map.ts'
import { TakenOverError } from './taken-over-error.ts'

const orders = { protocol: '1', table: 'orders' }
const items = { protocol: '1', table: 'items' }

describe('the offset file', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-offsets-'))
    path = join(folder, 'connect.offsets')
  })
  afterEach(() => rm(folder, { recursive: true }))

  const stored = async (): Promise<FileOffsetStore> => {
    const store = await FileOffsetStore.open(path)
    await store.set('c', [
      { partition: orders, offset: { incrementing: 9007199254740993n } },
      { partition: items, offset: { incrementing: 2 } },
    ])
    return store
  }

  it('is empty where there is none', async () => {
    const store = await FileOffsetStore.open(path)
    expect(await store.get('c', [orders])).toEqual([undefined])
  })

  it('gives back after opening what was set, exactly, and leaves no other file but the mark of its owner', async () => {
    await (await stored()).close()
    const store = await FileOffsetStore.open(path)
    expect(await store.get('c', [items, orders])).toEqual([
      { incrementing: 2 },
      { incrementing: 9007199254740993n },
    ])
    expect(await store.all('c')).toHaveLength(2)
    expect(await store.all('d')).toEqual([])
    expect((await readdir(folder)).toSorted()).toEqual(['connect.offsets', 'connect.offsets.owner'])
  })

  it('forgets what is set to null', async () => {
    const store = await stored()
    await store.set('c', [{ partition: orders, offset: null }])
    expect(await (await FileOffsetStore.open(path)).all('c')).toEqual([
      { partition: items, offset: { incrementing: 2 } },
    ])
  })

  it('takes writes that overlap, one after the other', async () => {
    const store = await FileOffsetStore.open(path)
    const writes = [1, 2, 3, 4, 5].map((n) => store.set('c', [{ partition: { n }, offset: { n } }]))
    await Promise.all(writes)
    expect(await (await FileOffsetStore.open(path)).all('c')).toHaveLength(5)
  })

  it('is damaged wherever a byte is flipped, and says so by name', async () => {
    await stored()
    const bytes = await readFile(path)
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes)
      flipped[at]! ^= 1
      await writeFile(path, flipped)
      await expect(FileOffsetStore.open(path)).rejects.toThrow(`The offset file ${path} is damaged`)
    }
  })

  it('is damaged when it is cut anywhere but behind the map, where nothing is missing', async () => {
    await stored()
    const bytes = await readFile(path)
    const { length } = readJavaMap(bytes)
    for (let end = 0; end < bytes.length; end++) {
      if (end === length) continue
      await writeFile(path, bytes.subarray(0, end))
      await expect(FileOffsetStore.open(path)).rejects.toThrow('is damaged')
    }
  })

  it('keeps its old content when it cannot be written', async () => {
    const store = await stored()
    await rm(folder, { recursive: true })
    await expect(store.set('c', [{ partition: orders, offset: { incrementing: 3 } }])).rejects.toThrow(
      'ENOENT',
    )
    expect(await store.get('c', [orders])).toEqual([{ incrementing: 9007199254740993n }])
    await (await import('node:fs/promises')).mkdir(folder)
  })
})

describe('an offset file that another worker opens', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-offsets-'))
    path = join(folder, 'connect.offsets')
  })
  afterEach(() => rm(folder, { recursive: true }))

  const at = (n: number) => [{ partition: orders, offset: { incrementing: n } }]

  it('is neither read nor written by the former one any more, which learns who has it', async () => {
    const former = await FileOffsetStore.open(path)
    await former.set('c', at(1))
    const latter = await FileOffsetStore.open(path)
    await latter.set('c', at(2))
    const wanted = `The offset file ${path} is another worker's since`
    await expect(former.set('c', at(1))).rejects.toThrow(wanted)
    await expect(former.set('c', at(1))).rejects.toThrow(`process ${process.pid} on ${hostname()}`)
    await expect(former.get('c', [orders])).rejects.toBeInstanceOf(TakenOverError)
    await expect(former.identity()).rejects.toBeInstanceOf(TakenOverError)
    expect(await (await FileOffsetStore.open(path)).get('c', [orders])).toEqual([{ incrementing: 2 }])
    expect((await readdir(folder)).toSorted()).toEqual(['connect.offsets', 'connect.offsets.owner'])
  })

  it('keeps its identity, and another file has another', async () => {
    const identity = await (await FileOffsetStore.open(path)).identity()
    expect(await (await FileOffsetStore.open(path)).identity()).toBe(identity)
    expect(await (await FileOffsetStore.open(`${path}-2`)).identity()).not.toBe(identity)
  })

  it('stays with its worker while the other cannot read it', async () => {
    const former = await FileOffsetStore.open(path)
    await former.set('c', at(1))
    const bytes = await readFile(path)
    await writeFile(path, 'damaged')
    await expect(FileOffsetStore.open(path)).rejects.toThrow('is damaged')
    await writeFile(path, bytes)
    await former.set('c', at(2))
  })

  it.each(['', '{"identity":"a", "own', '{}', 'null', '{"identity":"a","owner":null}'])(
    'is opened, read and written with its offsets where the mark of the owner is %j',
    async (mark) => {
      await (await FileOffsetStore.open(path)).set('c', at(1))
      await writeFile(`${path}.owner`, mark)
      const store = await FileOffsetStore.open(path)
      await writeFile(`${path}.owner`, mark)
      expect(await store.get('c', [orders])).toEqual([{ incrementing: 1 }])
      await store.set('c', at(2))
      expect(await readFile(`${path}.owner`, 'utf8')).toContain(await store.identity())
      await rm(`${path}.owner`)
      await store.set('c', at(3))
      expect(await (await FileOffsetStore.open(path)).get('c', [orders])).toEqual([{ incrementing: 3 }])
    },
  )
})

describe('a serialised Java map', () => {
  it('is read as it was written, nulls and many entries included', () => {
    const entries = Array.from(
      { length: 100 },
      (_, i) => [Buffer.from(`k${i}`), i % 7 === 0 ? null : Buffer.from(`v${i}`)] as const,
    )
    const bytes = writeJavaMap(entries)
    expect(readJavaMap(bytes)).toEqual({ entries, length: bytes.length })
  })

  it('is nothing else', () => {
    expect(() => readJavaMap(Buffer.from('{"a":1}'))).toThrow()
    expect(() =>
      readJavaMap(
        Buffer.from('not a serialised map, but long enough to be one, surely, with all of these words here'),
      ),
    ).toThrow('byte 0')
  })
})
