import type { Logger } from '@sluice/template'
import type { WorkerConfig } from '../config/worker-fields.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'

/** The store that the settings name: a file before a topic, as standalone mode has it; else memory, with a warning. */
export async function openOffsets(config: WorkerConfig, log: Logger): Promise<OffsetStore> {
  const file = config.offsetStorageFileFilename
  if (file !== undefined && file !== '') {
    const { FileOffsetStore } = await import('../offsets/file-offset-store.ts')
    return FileOffsetStore.open(file)
  }
  const { MemoryOffsetStore } = await import('../offsets/memory-offset-store.ts')
  log.warn(
    {},
    'The offsets of sources are kept in memory: they begin anew with the worker. Set offset.storage.file.filename.',
  )
  return new MemoryOffsetStore()
}
