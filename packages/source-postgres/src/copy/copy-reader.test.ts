import { RetriableError } from '@sluice/template'
import fc from 'fast-check'
import { messageOf } from '../../test/copy-messages.ts'
import { type CopiedRows, CopyReader } from './copy-reader.ts'

const ENOUGH = 1024

function readerOf(isAlive = async () => true): CopyReader {
  const reader = new CopyReader({
    forms: ['text'],
    cursorCount: 0,
    enoughBytes: ENOUGH,
    isAlive,
    silentMs: 5,
  })
  reader.begin({ pause() {}, resume() {} })
  return reader
}

const message = (text: string): Buffer => messageOf(Buffer.from(`${text}\n`))
const messages = (...texts: readonly string[]): Buffer => Buffer.concat(texts.map(message))
const copyDone = messageOf(Buffer.alloc(0), 'c')
const complete = messageOf(Buffer.from('COPY 5\0'), 'C')

const never = new AbortController().signal

async function batchesOf(reader: CopyReader, maxRows: number): Promise<CopiedRows[]> {
  const found: CopiedRows[] = []
  for (;;) {
    const rows = await reader.read(maxRows, never)
    if (rows === undefined) return found
    found.push(rows)
  }
}

const textsOf = ({ buffer, fieldEnds }: CopiedRows): string[] =>
  [...fieldEnds].map((end, row) =>
    Buffer.from(buffer.subarray(row === 0 ? 0 : fieldEnds[row - 1], end)).toString(),
  )

/** A socket that gives its bytes in pieces for as long as it isn't paused. */
class Socket {
  readonly #bytes: Buffer
  readonly #sizeOf: () => number
  #at = 0
  isPaused = false
  rest: Uint8Array | undefined

  constructor(bytes: Buffer, sizeOf: () => number) {
    this.#bytes = bytes
    this.#sizeOf = sizeOf
  }

  feed(reader: CopyReader): void {
    reader.begin({ pause: () => (this.isPaused = true), resume: () => (this.isPaused = false) })
    const next = (): void => {
      if (!this.isPaused) {
        // the memory of a chunk is used again at once
        const chunk = Buffer.from(this.#bytes.subarray(this.#at, this.#at + this.#sizeOf()))
        this.#at += chunk.length
        this.rest = reader.receive(chunk)
        if (this.rest !== undefined) {
          this.rest = Buffer.concat([this.rest, this.#bytes.subarray(this.#at)])
          return reader.end()
        }
        chunk.fill(0)
      }
      if (this.#at < this.#bytes.length) setImmediate(next)
    }
    setImmediate(next)
  }
}

describe('reading a COPY in batches', () => {
  it('gives what has arrived, at most so many rows at once, then undefined', async () => {
    const reader = readerOf()
    reader.receive(messages('a', 'b', 'c', 'd', 'e'))
    reader.end()
    expect((await batchesOf(reader, 2)).map(textsOf)).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  })

  it('gives each row once and in order, however it is cut, and hands back what follows them', async () => {
    const row = fc.oneof(fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), fc.constant('x'.repeat(3000)))
    await fc.assert(
      fc.asyncProperty(
        fc.array(row.map((text) => text.replaceAll('\\', ''))),
        fc.infiniteStream(fc.integer({ min: 1, max: 2000 })),
        fc.integer({ min: 1, max: 9 }),
        async (texts, sizes, maxRows) => {
          const reader = readerOf()
          const bytes = Buffer.concat([...texts.map(message), copyDone, complete])
          const socket = new Socket(bytes, () => sizes.next().value as number)
          socket.feed(reader)
          // looked at last: later batches must leave the memory of earlier ones alone
          const batches = await batchesOf(reader, maxRows)
          expect(batches.flatMap(textsOf)).toEqual(texts)
          expect(Buffer.from(socket.rest!)).toEqual(Buffer.concat([copyDone, complete]))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('takes no more than enough, and nothing while a batch is being worked on', async () => {
    const reader = readerOf()
    const socket = new Socket(messages(...Array<string>(100).fill('x'.repeat(94))), () => 100)
    socket.feed(reader)
    for (let n = 0; n < 9; n++) {
      const rows = await reader.read(1000, never)
      expect(socket.isPaused).toBe(true)
      expect(rows!.buffer.length).toBeGreaterThanOrEqual(ENOUGH)
      expect(rows!.buffer.length).toBeLessThan(ENOUGH + 200)
    }
    expect((await reader.read(1000, never))?.count).toBe(1)
  })

  it('loses nothing when a read is aborted in the middle of a row', async () => {
    const reader = readerOf()
    const bytes = messages('half', 'whole')
    reader.receive(bytes.subarray(0, 7))
    await expect(reader.read(10, AbortSignal.timeout(10))).rejects.toThrow()
    reader.receive(bytes.subarray(7))
    reader.end()
    expect((await batchesOf(reader, 10)).map(textsOf)).toEqual([['half', 'whole']])
  })

  it('gives the rows that came before an error, then the error', async () => {
    const reader = readerOf()
    reader.receive(messages('a', 'b'))
    reader.fail(new Error('gone'))
    expect((await reader.read(10, never))?.count).toBe(2)
    await expect(reader.read(10, never)).rejects.toThrow('gone')
  })

  it('waits on as long as the server is alive, and gives up once it is not', async () => {
    let asked = 0
    const reader = readerOf(async () => ++asked < 3)
    await expect(reader.read(10, never)).rejects.toThrow(RetriableError)
    expect(asked).toBe(3)
  })
})
