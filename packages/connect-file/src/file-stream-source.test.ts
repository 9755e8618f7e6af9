import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configOf, fakeSourceContext, partitionKey } from '@sluice/testkit'
import { fileStreamSource } from './index.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-file-'))
  file = join(folder, 'lines.txt')
})
afterEach(() => rm(folder, { recursive: true }))

const signal = new AbortController().signal

async function openAt(position: number, settings: Readonly<Record<string, string>> = {}) {
  const context = fakeSourceContext({
    config: configOf(fileStreamSource.config, { file, topic: 'lines', ...settings }),
    slice: null,
    parseOffset: fileStreamSource.parseOffset,
    stored: new Map([[partitionKey({ filename: file }), { position }]]),
  })
  const task = await fileStreamSource.open(context)
  const read = async (): Promise<readonly unknown[]> => {
    const records = await task.poll({ signal, maxRecords: 500 })
    return [...(records as Iterable<{ value: unknown }>)].map(({ value }) => value)
  }
  return { task, read, log: context.log as unknown as { lines: readonly { message: string }[] } }
}

describe('FileStreamSource', () => {
  it('waits for its file, and says so once', async () => {
    const { task, read, log } = await openAt(0)
    expect(await read()).toEqual([])
    expect(await read()).toEqual([])
    await writeFile(file, 'first\n')
    expect(await read()).toEqual(['first'])
    expect(log.lines.map(({ message }) => message)).toEqual([`There is no file ${file}; it is waited for.`])
    await task.close?.()
  })

  it('gives lines as they are appended, none before it has ended', async () => {
    await writeFile(file, 'one\ntw')
    const { task, read } = await openAt(0)
    expect(await read()).toEqual(['one'])
    await appendFile(file, 'o\nthree\n')
    expect(await read()).toEqual(['two', 'three'])
    await task.close?.()
  })

  it('reads at most batch.size lines at a time', async () => {
    await writeFile(file, 'one\ntwo\nthree\n')
    const { task, read } = await openAt(0, { 'batch.size': '2' })
    expect(await read()).toEqual(['one', 'two'])
    expect(await read()).toEqual(['three'])
    await task.close?.()
  })

  it('names the partition and the position as the JVM does', async () => {
    await writeFile(file, 'one\ntwo\n')
    const { task } = await openAt(4)
    expect(await task.poll({ signal, maxRecords: 9 })).toEqual([
      {
        origin: { partition: { filename: file }, offset: { position: 8 } },
        topic: 'lines',
        value: 'two',
        valueSchema: { type: 'string' },
        timestamp: expect.any(Number),
      },
    ])
    await task.close?.()
  })

  it('says that a file is shorter than what was read of it', async () => {
    await writeFile(file, 'one\n')
    const { task, read, log } = await openAt(100)
    expect(await read()).toEqual([])
    expect(log.lines[0]?.message).toContain('has 4 bytes and was read up to 100')
    await task.close?.()
  })

  it('fails where the file can never be read', async () => {
    const { task } = await openAt(0, { file: folder })
    await expect(task.poll({ signal, maxRecords: 9 })).rejects.toThrow(`${folder} can't be read: EISDIR`)
    await task.close?.()
  })

  it.each([
    [null, "contain the key 'position'"],
    [{}, "contain the key 'position'"],
    [{ position: '3' }, 'expected to be a Long value'],
    [{ position: 1.5 }, 'expected to be a Long value'],
    [{ position: -1 }, 'should be a non-negative value'],
  ])('refuses the offset %j', (offset, reason) => {
    expect(() => fileStreamSource.parseOffset(offset)).toThrow(reason)
  })

  it('refuses offsets of partitions that name no file', async () => {
    const config = configOf(fileStreamSource.config, { file, topic: 'lines' })
    const alter = (partition: Record<string, string>, offset: { position: number } | null) =>
      fileStreamSource.alterOffsets?.(config, [{ partition, offset }], { signal })
    await expect(alter({ name: 'x' }, { position: 1 })).rejects.toThrow("contain the key 'filename'")
    await alter({ name: 'x' }, null)
    await alter({ filename: file }, { position: 1 })
  })
})
