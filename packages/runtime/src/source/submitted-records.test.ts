import fc from 'fast-check'
import { type Submitted, SubmittedRecords } from './submitted-records.ts'

const at = (table: string, n: number) => ({ partition: { table }, offset: n })

describe('submitted records', () => {
  it('give the end of the contiguous acknowledged run, once', () => {
    const records = new SubmittedRecords<number>()
    const [first, second, third] = [1, 2, 3].map((n) => records.submit(at('t', n)))
    second?.acknowledge()
    expect(records.takeCommittable()).toEqual([])
    first?.acknowledge()
    expect(records.takeCommittable()).toEqual([at('t', 2)])
    expect(records.takeCommittable()).toEqual([])
    third?.acknowledge()
    expect(records.takeCommittable()).toEqual([at('t', 3)])
  })

  it('know a partition by its content, not by its object or the order of its fields', () => {
    const records = new SubmittedRecords<number>()
    const first = records.submit({ partition: { a: 1, b: 2 }, offset: 1 })
    records.submit({ partition: { b: 2, a: 1 }, offset: 2 }).acknowledge()
    expect(records.takeCommittable()).toEqual([])
    first.acknowledge()
    expect(records.takeCommittable().map(({ offset }) => offset)).toEqual([2])
  })

  it('never let an offset run ahead, in whatever order acknowledgements come', () => {
    type Step = {
      readonly partition: string
      readonly what: 'submit' | 'acknowledge' | 'take'
      readonly pick: number
    }
    const step: fc.Arbitrary<Step> = fc.record({
      partition: fc.constantFrom('a', 'b', 'c'),
      what: fc.constantFrom('submit', 'submit', 'acknowledge', 'acknowledge', 'take'),
      pick: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const records = new SubmittedRecords<number>()
        const model = new Map<string, Submitted<number>[]>([
          ['a', []],
          ['b', []],
          ['c', []],
        ])
        const taken = new Map<string, number>()
        const contiguous = (partition: string): number => {
          const all = model.get(partition)!
          const pending = all.findIndex(({ acknowledged }) => !acknowledged)
          return pending === -1 ? all.length : pending
        }
        for (const { partition, what, pick } of steps) {
          const all = model.get(partition)!
          if (what === 'submit') all.push(records.submit(at(partition, all.length + 1)))
          const pending = all.filter(({ acknowledged }) => !acknowledged)
          if (what === 'acknowledge' && pending.length > 0) pending[pick % pending.length]?.acknowledge()
          if (what !== 'take') continue
          for (const {
            partition: { table },
            offset,
          } of records.takeCommittable()) {
            expect(offset).toBe(contiguous(String(table)))
            taken.set(String(table), offset)
          }
          for (const name of model.keys()) expect(taken.get(name) ?? 0).toBe(contiguous(name))
        }
      }),
    )
  })
})
