import { getEventListeners } from 'node:events'
import { pollFrom } from './poll-from.ts'
import type { SourceRecord } from './record.ts'

function item(n: number): SourceRecord<number> {
  return { origin: { partition: { file: 'a' }, offset: n }, topic: 't', value: n }
}

function numbers(from: number, to: number): AsyncGenerator<SourceRecord<number>> {
  return (async function* () {
    for (let n = from; n <= to; n++) yield item(n)
  })()
}

const call = (maxRecords: number, signal = new AbortController().signal) => ({ signal, maxRecords })

describe('pollFrom', () => {
  it('gives what is there, at most maxRecords, in order', async () => {
    const source = pollFrom(numbers(1, 5))
    expect((await source.poll(call(3))).map((one) => one.origin.offset)).toEqual([1, 2, 3])
    expect((await source.poll(call(3))).map((one) => one.origin.offset)).toEqual([4, 5])
  })

  it('loses nothing when a poll is cut short', async () => {
    const gate = Promise.withResolvers<void>()
    const source = pollFrom(
      (async function* () {
        await gate.promise
        yield item(1)
      })(),
    )
    const controller = new AbortController()
    const cut = source.poll(call(10, controller.signal))
    controller.abort(new Error('give way'))
    await expect(cut).rejects.toThrow('give way')
    gate.resolve()
    expect((await source.poll(call(10))).map((one) => one.origin.offset)).toEqual([1])
  })

  it('gives the items before an error, and then the error', async () => {
    const source = pollFrom(
      (async function* () {
        yield item(1)
        throw new Error('lost the feed')
      })(),
    )
    expect(await source.poll(call(10))).toHaveLength(1)
    await expect(source.poll(call(10))).rejects.toThrow('lost the feed')
  })

  it('waits after the end until it is cut short', async () => {
    const source = pollFrom(numbers(1, 0))
    const controller = new AbortController()
    const waiting = source.poll(call(10, controller.signal))
    controller.abort(new Error('stop'))
    await expect(waiting).rejects.toThrow('stop')
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  it('ends the iterable when closed', async () => {
    let ended = false
    const source = pollFrom(
      (async function* () {
        try {
          yield item(1)
          yield item(2)
        } finally {
          ended = true
        }
      })(),
    )
    await source.poll(call(1))
    await source.close()
    expect(ended).toBe(true)
  })
})
