import { PassThrough } from 'node:stream'
import { RetriableError } from '@sluice/template'
import { CopyReader } from './copy-reader.ts'

function readerOf(stream: PassThrough, isAlive = async () => true): CopyReader {
  return new CopyReader(stream, { forms: ['text'], cursorCount: 0, enoughBytes: 1024, isAlive, silentMs: 5 })
}

const never = new AbortController().signal
const counts = async (reader: CopyReader, maxRows: number): Promise<(number | undefined)[]> => {
  const found: (number | undefined)[] = []
  for (;;) {
    const rows = await reader.read(maxRows, never)
    found.push(rows?.count)
    if (rows === undefined) return found
  }
}

describe('reading a COPY in batches', () => {
  it('gives what has arrived, at most so many rows at once, then undefined', async () => {
    const stream = new PassThrough()
    const reader = readerOf(stream)
    stream.end('a\nb\nc\nd\ne\n')
    expect(await counts(reader, 2)).toEqual([2, 2, 1, undefined])
  })

  it('loses nothing when a read is aborted in the middle of a row', async () => {
    const stream = new PassThrough()
    const reader = readerOf(stream)
    stream.write('hal')
    await expect(reader.read(10, AbortSignal.timeout(10))).rejects.toThrow()
    stream.end('f\nwhole\n')
    expect(await counts(reader, 10)).toEqual([2, undefined])
  })

  it('gives the rows that came before an error, then the error', async () => {
    const stream = new PassThrough()
    const reader = readerOf(stream)
    stream.write('a\nb\n')
    expect((await reader.read(10, never))?.count).toBe(2)
    stream.destroy(new Error('gone'))
    await expect(reader.read(10, never)).rejects.toThrow('gone')
  })

  it('waits on as long as the server is alive, and gives up once it is not', async () => {
    const stream = new PassThrough()
    let asked = 0
    const reader = readerOf(stream, async () => ++asked < 3)
    await expect(reader.read(10, never)).rejects.toThrow(RetriableError)
    expect(asked).toBe(3)
  })
})
