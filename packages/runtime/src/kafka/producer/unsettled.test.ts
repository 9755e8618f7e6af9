import { closedError } from '../errors.ts'
import { Unsettled } from './unsettled.ts'

/** What has been resolved so far, by name. */
function watch(waits: Readonly<Record<string, Promise<void>>>): string[] {
  const done: string[] = []
  for (const [name, wait] of Object.entries(waits)) void wait.then(() => done.push(name))
  return done
}
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('Unsettled', () => {
  it('lets those who wait for room go on one at a time, in their order', async () => {
    const unsettled = new Unsettled(10)
    unsettled.took(0, 20)
    const done = watch({ a: unsettled.room(undefined), b: unsettled.room(undefined) })
    await settle()
    expect(done).toEqual([])
    unsettled.settled(0, 1, 20)
    await settle()
    expect(done).toEqual(['a'])
    expect(unsettled.full).toBe(true)
    unsettled.admitted()
    await settle()
    expect(done).toEqual(['a', 'b'])
    unsettled.admitted()
    expect(unsettled.full).toBe(false)
  })

  it('forgets who went away, and goes on with the next', async () => {
    const unsettled = new Unsettled(10)
    unsettled.took(0, 20)
    const leaving = new AbortController()
    const first = unsettled.room(leaving.signal)
    const done = watch({ second: unsettled.room(undefined) })
    leaving.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    unsettled.settled(0, 1, 20)
    await settle()
    expect(done).toEqual(['second'])
  })

  it('flushes what was there, not what came later', async () => {
    const unsettled = new Unsettled(1000)
    unsettled.took(unsettled.generation, 1)
    const first = unsettled.nextGeneration(undefined)
    unsettled.took(unsettled.generation, 1)
    const second = unsettled.nextGeneration(undefined)
    const done = watch({ first, second })
    unsettled.settled(1, 1, 1)
    await settle()
    expect(done).toEqual([])
    unsettled.settled(0, 1, 1)
    await settle()
    expect(done).toEqual(['first', 'second'])
    await unsettled.nextGeneration(undefined)
  })

  it('sends those away who wait for room when it is closed', async () => {
    const unsettled = new Unsettled(0)
    const waiting = unsettled.room(undefined)
    unsettled.close(closedError('The producer'))
    await expect(waiting).rejects.toThrow('The producer is closed.')
  })
})
