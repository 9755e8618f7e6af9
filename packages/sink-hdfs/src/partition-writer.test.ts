import { ChunkPool } from './chunk-pool.ts'
import { PartitionWriter } from './partition-writer.ts'

function writerAt(position: bigint | undefined): PartitionWriter {
  return new PartitionWriter({
    of: { topic: 't', partition: 0 },
    layout: { folderOfTopics: () => '/topics', zeroPadWidth: 10, extension: '.json' },
    ownFolder: '/topics/+tmp/t/0/own',
    position,
    spool: { folder: '/nowhere', pool: new ChunkPool({ limitBytes: 1000 }) },
    enqueue: () => Promise.reject(new Error('Nothing is uploaded here.')),
    tools: { client: {}, log: {}, backoffMs: 1 } as never,
    committed: () => {},
  })
}

const times = { nowMs: 0, recordMs: 0 }

describe('the writer of a partition', () => {
  it('leaves out what comes again of a call that was cut short, or that was made twice', () => {
    const writer = writerAt(10n)
    for (const offset of [10n, 11n]) writer.append(offset, Buffer.from('{}'), times)
    expect(writer.wants(10n)).toBe(false)
    expect(writer.wants(12n)).toBe(true)
    writer.taken(10n)
    expect(writer.wants(10n)).toBe(false)
  })

  it('refuses offsets from before what was taken: they are records of another topic, not repetitions', () => {
    const again = /t-0 gave offset 0 although.*recreated/
    expect(() => writerAt(10n).wants(0n)).toThrow(again)
    const writer = writerAt(undefined)
    for (const offset of [5n, 6n]) writer.append(offset, Buffer.from('{}'), times)
    writer.taken(5n)
    expect(() => writer.wants(0n)).toThrow(again)
  })
})
