import type { SinkBatch } from '@sluice/template'
import { BulkBuffer } from './bulk-buffer.ts'
import type { Operation } from './operation.ts'
import type { Left } from './sender.ts'

const never = new AbortController().signal

/** A buffer whose requests stay under way until `answer` is called, with two operations in each. */
function bufferOf(how: { readonly inFlight: number }): {
  readonly buffer: BulkBuffer
  readonly answer: () => void
} {
  const requests: { operations: readonly Operation[]; done: (left: Left) => void }[] = []
  const buffer = new BulkBuffer({
    batchSize: 2,
    bulkSizeBytes: 1000,
    lingerMs: 0,
    maxRecords: 100,
    maxBytes: 1000,
    longestSpan: () => 0,
    inFlightLimit: () => how.inFlight,
    send: (operations) => new Promise((done) => requests.push({ operations, done })),
  })
  const answer = (): void => {
    const { operations, done } = requests.shift()!
    for (const sent of operations) buffer.settled(sent)
    done({ again: [], later: [], laterMs: 0, pauseMs: 0 })
  }
  return { buffer, answer }
}

const batch = { length: 1 } as SinkBatch

function operation(id: string, kind: Operation['kind'] = 'index'): Operation {
  return { id, kind, resource: 'orders', version: undefined, bytes: 1, batch } as Operation
}

async function hasRoom(buffer: BulkBuffer): Promise<boolean> {
  const soon = new AbortController()
  setImmediate(() => soon.abort())
  return buffer.room(soon.signal).then(
    () => true,
    () => false,
  )
}

describe('BulkBuffer', () => {
  it('gathers two requests beyond those in flight and no more, whatever max.buffered.records allows', async () => {
    const { buffer, answer } = bufferOf({ inFlight: 2 })
    for (let document = 0; document < 8; document++) {
      expect(await hasRoom(buffer)).toBe(true)
      buffer.add(operation(`${document}`))
    }
    expect(await hasRoom(buffer)).toBe(false)
    answer()
    await buffer.room(never)
  })

  it('leaves those out that wait for another one on their document', async () => {
    const { buffer } = bufferOf({ inFlight: 1 })
    for (let update = 0; update < 10; update++) buffer.add(operation('a', 'update'))
    expect(await hasRoom(buffer)).toBe(true)
  })
})
