import type { FetchedBatch } from '@sluice/runtime'
import { groupSource } from './consume-group.ts'
import type { ConsumedParts, ConsumeOptions } from './consume-options.ts'
import { partitionSource } from './consume-partitions.ts'
import { recordWriter } from './record-output.ts'

/** Writes the records of a topic. Returns how many there were. Rejects with what Kafka, the output or a record's format says. */
export async function consume(options: ConsumeOptions): Promise<number> {
  const { max, output, format, signal } = options
  const write = recordWriter(format)
  const source = options.group === undefined ? await partitionSource(options) : await groupSource(options)
  let count = 0
  try {
    while (count < max && !signal.aborted) {
      const batches = await source.next()
      if (batches === undefined) break
      const parts: ConsumedParts = cut(batches, max - count)
      for (const { topic, partition, records } of parts) {
        const lines: Buffer[] = []
        for (const record of records) {
          const line = write(record, { topic, partition })
          lines.push(line instanceof Promise ? await line : line)
        }
        if (lines.length > 0) await output.write(Buffer.concat(lines))
        count += records.length
      }
      await source.written(parts)
    }
    return count
  } catch (error) {
    if (signal.aborted && error === signal.reason) return count
    throw error
  } finally {
    await source.close()
  }
}

/** At most so many records, with where to go on behind them. */
export function cut(batches: readonly FetchedBatch[], most: number): ConsumedParts {
  let left = most
  return batches.flatMap(({ topic, partition, records, nextOffset }) => {
    if (left <= 0) return []
    const taken = records.slice(0, left)
    left -= taken.length
    const isAll = taken.length === records.length
    return [{ topic, partition, records: taken, nextOffset: isAll ? nextOffset : taken.at(-1)!.offset + 1n }]
  })
}
