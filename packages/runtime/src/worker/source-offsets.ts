import { stringifyJson } from '@sluice/template'
import { keyText } from '../offsets/offset-key.ts'
import type { OffsetStore, StoredOffset } from '../offsets/offset-store.ts'
import type { ConnectorOffset, OffsetMap } from './connectors.ts'
import { RequestError } from './request-error.ts'

/** What is stored of a source, as REST shows it. */
export async function readSourceOffsets(
  store: Pick<OffsetStore, 'all'>,
  connector: string,
): Promise<readonly ConnectorOffset[]> {
  const stored = await store.all(connector)
  return stored.map(({ partition, offset }) => ({ partition, offset: offset as OffsetMap }))
}

/** Throws a RequestError of 400 for what can be no offset of a source. A partition that is named twice gets the last one. */
export function sourceChanges(
  connector: string,
  changes: readonly ConnectorOffset[],
): readonly StoredOffset[] {
  const last = new Map<string, StoredOffset>()
  for (const { partition, offset } of changes) {
    for (const [field, value] of Object.entries(partition)) {
      if (value === null || typeof value !== 'object') continue
      throw new RequestError(
        400,
        `Offsets may only contain primitive types as values, but field ${field} of a partition contains ${stringifyJson(value)}`,
      )
    }
    const change = { partition: partition as StoredOffset['partition'], offset }
    last.set(keyText(connector, change.partition), change)
  }
  return [...last.values()]
}
