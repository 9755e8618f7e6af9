import { defineSource, string } from '@sluice/template'

/** Gives records as fast as they are taken. */
export const loadSource = defineSource({
  name: 'load-source',
  version: '1.0.0',
  doc: 'Makes load.',
  config: {
    topic: string({ doc: 'Takes the records.' }),
  },
  parseOffset: (raw) => Number(raw),
  open: async ({ config, task, offsets }) => {
    const partition = { load: task.connector }
    let n = (await offsets([partition]))[0] ?? 0
    return {
      poll: async ({ maxRecords }) => {
        const records = Array.from({ length: Math.min(500, maxRecords) }, () => {
          n += 1
          return { topic: config.topic, value: orderOf(n), origin: { partition, offset: n } }
        })
        // lets others of the thread have their turn, as a read from a server would
        await new Promise((resolve) => setImmediate(resolve))
        return records
      },
    }
  },
})

function orderOf(n: number): object {
  return {
    id: 7_000_000_000 + n,
    customer: (n * 7919) % 100_000,
    status: 'paid',
    amount: ((n * 37) % 1000) + 0.5,
    currency: 'EUR',
    quantity: 1 + (n % 9),
    email: `customer-${(n * 7919) % 100_000}@example.org`,
    note: 'Please leave it with the neighbours, second floor.',
    paid: n % 2 === 0,
  }
}
