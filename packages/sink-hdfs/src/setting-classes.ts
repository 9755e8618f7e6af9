import { unused } from './other-settings.ts'

/**
 * What becomes of a setting of Confluent's connector: `honoured` as there, `warned` = has no effect here and changes nothing that is
 * delivered, `refused` = ignoring it would, so values other than the one we have are an error.
 */
export type SettingClass = 'honoured' | 'warned' | 'refused'

const honoured = [
  'store.url',
  'hdfs.url',
  'hadoop.conf.dir',
  'topics.dir',
  'topic.capture.groups.regex',
  'format.class',
  'flush.size',
  'rotate.interval.ms',
  'rotate.schedule.interval.ms',
  'retry.backoff.ms',
  'filename.offset.zero.pad.width',
  'timezone',
  'timestamp.extractor',
  'timestamp.field',
]

/** Every setting of Confluent's connector, by its name on the wire. */
export const settingClasses: ReadonlyMap<string, SettingClass> = new Map<string, SettingClass>([
  ...honoured.map((name) => [name, 'honoured'] as const),
  ...Object.entries(unused).map(([name, { class: is }]) => [name, is] as const),
])
