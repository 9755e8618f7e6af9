import { tmpdir, userInfo } from 'node:os'
import { ConfigurationError, type Issue, wireName } from '@sluice/template'
import type { Layout } from './file-names.ts'
import { type Format, jsonFormat, stringFormat } from './format.ts'
import { remarksOn } from './other-settings.ts'
import { extractors, type RecordClock, recordClock } from './record-clock.ts'
import type { RotationRules } from './rotation.ts'
import { type HdfsConfig, hdfsSettings } from './settings.ts'
import type { SpoolOptions } from './spool.ts'
import { resolveStore, type Store } from './store-url.ts'
import { topicsFolder } from './topics-folder.ts'

/** The settings as what the task works with. */
export interface Plan {
  readonly store: Store
  readonly user: string
  readonly layout: Layout
  readonly format: Format
  readonly rules: RotationRules
  readonly clock: RecordClock | undefined
  readonly spool: Omit<SpoolOptions, 'pool'>
  /** What unfinished files may take of memory together. */
  readonly memoryBytes: number
}

export type HdfsIssue = Issue<Extract<keyof HdfsConfig, string>>

/** Throws a ConfigurationError with every issue where the settings don't fit. */
export function planOf(config: HdfsConfig): Plan {
  const issues = issuesOf(config)
  if (issues.length > 0) {
    const said = issues.map(({ field, message }) => `${wireName(field, hdfsSettings[field])} ${message}`)
    throw new ConfigurationError(`The settings can't be used: ${said.join('; ')}.`)
  }
  const extractor = extractorOf(config.timestampExtractor)!
  const format = formatOf(config)!
  const clock = recordClock(extractor, config.timestampField)
  return {
    store: resolveStore(config),
    user: config.webhdfsUser === '' ? defaultUser() : config.webhdfsUser,
    format,
    clock,
    rules: rulesOf(config, clock !== undefined),
    layout: layoutOf(config, format),
    spool: { folder: config.bufferDir === '' ? tmpdir() : config.bufferDir },
    memoryBytes: config.bufferMemoryBytes,
  }
}

/** Everything that can be seen to be wrong without asking HDFS. */
export function issuesOf(config: HdfsConfig): HdfsIssue[] {
  const refused = remarksOn(config).filter((remark) => remark.class === 'refused')
  const issues: HdfsIssue[] = refused.map(({ setting, because }) => ({ field: setting, message: because }))
  const add = (field: HdfsIssue['field'], message: string | undefined): void => {
    if (message !== undefined) issues.push({ field, message })
  }
  add(
    'storeUrl',
    thrownBy(() => resolveStore(config)),
  )
  add(
    'topicsDir',
    thrownBy(() => topicsFolder(config, undefined)),
  )
  if (formatOf(config) === undefined) add('formatClass', unknownFormat(config.formatClass))
  if (extractorOf(config.timestampExtractor) === undefined) {
    add('timestampExtractor', `must be ${extractors.join(', ')}; classes of your own can't be loaded`)
  }
  return issues
}

function thrownBy(action: () => unknown): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
  }
}

function layoutOf(config: HdfsConfig, format: Format): Layout {
  const { root } = resolveStore(config)
  return {
    folderOfTopics: (topic) => `${root}/${topicsFolder(config, topic)}`,
    zeroPadWidth: config.filenameOffsetZeroPadWidth,
    extension: format.extension,
  }
}

function rulesOf(config: HdfsConfig, recordsTellTime: boolean): RotationRules {
  return {
    records: config.flushSize,
    bytes: config.rotateSizeBytes,
    intervalMs: config.rotateIntervalMs,
    scheduleMs: config.rotateScheduleIntervalMs,
    timeZone: config.timezone === '' ? 'UTC' : config.timezone,
    recordClock: recordsTellTime,
  }
}

function formatOf(config: HdfsConfig): Format | undefined {
  const name = shortName(config.formatClass)
  if (name === 'JsonFormat') return jsonFormat(config.jsonDecimalFormat)
  return name === 'StringFormat' ? stringFormat : undefined
}

function unknownFormat(name: string): string {
  return (
    `must be JsonFormat or StringFormat, not ${shortName(name)}: Avro, Parquet and ORC files can't be written yet. ` +
    'Set format.class=io.confluent.connect.hdfs.json.JsonFormat for a JSON document a line'
  )
}

function extractorOf(name: string): (typeof extractors)[number] | undefined {
  return extractors.find((extractor) => extractor === shortName(name))
}

function shortName(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1)
}

function defaultUser(): string {
  const { HADOOP_USER_NAME: named } = process.env
  return named === undefined || named === '' ? userInfo().username : named
}
