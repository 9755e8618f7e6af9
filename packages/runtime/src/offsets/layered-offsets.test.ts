import type { Logger } from '@sluice/template'
import { layeredOffsets } from './layered-offsets.ts'
import { MemoryOffsetStore } from './memory-offset-store.ts'
import type { OffsetStore } from './offset-store.ts'

const [a, b] = [{ table: 'a' }, { table: 'b' }]

describe("a connector's own offsets before the worker's", () => {
  const warnings: string[] = []
  const log = { warn: (_: object, message: string) => void warnings.push(message) } as unknown as Logger
  const failing = (store: OffsetStore): OffsetStore => ({
    ...store,
    get: (...how) => store.get(...how),
    set: () => Promise.reject(new Error('No broker answers.')),
  })

  it('take what they do not have from behind, and leave a copy there', async () => {
    const [own, behind] = [new MemoryOffsetStore(), new MemoryOffsetStore()]
    const layered = layeredOffsets(own, { behind, log })
    await behind.set('c', [
      { partition: a, offset: 1 },
      { partition: b, offset: 1 },
    ])
    await layered.set('c', [{ partition: a, offset: 2 }])
    expect(await layered.get('c', [a, b])).toEqual([2, 1])
    expect(await behind.get('c', [a, b])).toEqual([2, 1])
    await behind.set('c', [{ partition: a, offset: 7 }])
    expect(await layered.all('c')).toEqual([
      { partition: a, offset: 2 },
      { partition: b, offset: 1 },
    ])
  })

  it('are stored where the copy can not be made', async () => {
    const [own, behind] = [new MemoryOffsetStore(), new MemoryOffsetStore()]
    await layeredOffsets(own, { behind: failing(behind), log }).set('c', [{ partition: a, offset: 2 }])
    expect(await own.get('c', [a])).toEqual([2])
    expect(warnings).toHaveLength(1)
  })

  it('are removed behind first, so that none comes to light again', async () => {
    const [own, behind] = [new MemoryOffsetStore(), new MemoryOffsetStore()]
    const layered = layeredOffsets(own, { behind, log })
    await layered.set('c', [{ partition: a, offset: 2 }])
    const broken = layeredOffsets(own, { behind: failing(behind), log })
    await expect(broken.set('c', [{ partition: a, offset: null }])).rejects.toThrow('No broker')
    expect(await own.get('c', [a])).toEqual([2])
    await layered.set('c', [{ partition: a, offset: null }])
    expect(await layered.get('c', [a])).toEqual([undefined])
  })
})
