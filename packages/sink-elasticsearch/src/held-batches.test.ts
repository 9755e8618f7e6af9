import { HeldBatches } from './held-batches.ts'
import { batch, record } from './testing/harness.ts'

it('counts all records of a batch as long as one of them is needed', () => {
  const held = new HeldBatches()
  const [first, second] = [batch([record('t', 0), record('t', 1)]), batch([record('t', 2)])]
  for (const one of [first, first, second]) held.add(one)
  expect(held.records).toBe(3)
  held.release(first)
  expect(held.records).toBe(3)
  held.release(first)
  expect(held.records).toBe(1)
  held.release(second)
  expect(held.records).toBe(0)
})
