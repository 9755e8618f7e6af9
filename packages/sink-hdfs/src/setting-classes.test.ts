import { parseConfig } from '@sluice/template'
import { configOf } from '@sluice/testkit'
import { hdfsSinkConnector } from './hdfs-sink.ts'
import { remarksOn, unused } from './other-settings.ts'
import { issuesOf, planOf } from './plan.ts'
import { settingClasses } from './setting-classes.ts'
import { confluentSettings, type HdfsConfig, hdfsSettings } from './settings.ts'

/** The settings of Confluent's connector, as its reference lists them. */
const theirs = `
  store.url hdfs.url hadoop.conf.dir hadoop.home logs.dir topics.dir topic.capture.groups.regex storage.class format.class avro.codec
  parquet.codec flush.size rotate.interval.ms rotate.schedule.interval.ms retry.backoff.ms shutdown.timeout.ms
  filename.offset.zero.pad.width schema.cache.size enhanced.avro.schema.support connect.meta.data allow.optional.map.keys
  schema.compatibility directory.delim file.delim partitioner.class partition.field.name partition.duration.ms path.format locale
  timezone timestamp.extractor timestamp.field hive.integration hive.metastore.uris hive.conf.dir hive.home hive.database
  hive.table.name hdfs.authentication.kerberos connect.hdfs.principal connect.hdfs.keytab hdfs.namenode.principal
  kerberos.ticket.renew.period.ms`
  .trim()
  .split(/\s+/)

const base = {
  'store.url': 'hdfs://namenode:8020',
  'flush.size': '1000',
  'format.class': 'io.confluent.connect.hdfs.json.JsonFormat',
}

function configWith(settings: Readonly<Record<string, string>>): HdfsConfig {
  return configOf(confluentSettings, { ...base, ...settings })
}

const ofClass = (wanted: string): string[] =>
  [...settingClasses].flatMap(([name, is]) => (is === wanted ? [name] : []))

describe('settingClasses', () => {
  it("has every setting of Confluent's connector and no other", () => {
    expect([...settingClasses.keys()].toSorted()).toEqual(theirs.toSorted())
  })

  it.each(theirs)('knows %s as a setting', (name) => {
    expect(parseConfig(hdfsSinkConnector.config, new Map([[name, '1']])).unclaimed).toEqual([])
  })

  it.each(ofClass('refused'))('refuses %s, unless it has the value that we have', (name) => {
    expect(issuesOf(configWith({ [name]: 'org.example.Other' }))).toEqual([
      { field: name, message: expect.stringMatching(/^must be /) },
    ])
    const rule = unused[name as keyof typeof unused]
    const allowed = rule.class === 'refused' ? rule.allows.join() : ''
    expect(issuesOf(configWith({ [name]: allowed }))).toEqual([])
  })

  it.each(ofClass('warned'))('warns about %s, and works', (name) => {
    const config = configWith({ [name]: 'x' })
    expect(remarksOn(config)).toEqual([{ setting: name, class: 'warned', because: expect.any(String) }])
    expect(() => planOf(config)).not.toThrow()
  })
})

describe('the settings', () => {
  it.each([
    'io.confluent.connect.storage.partitioner.DefaultPartitioner',
    'io.confluent.connect.hdfs.partitioner.DefaultPartitioner',
  ])('take the default partitioner by its class: %s', (name) => {
    expect(issuesOf(configWith({ 'partitioner.class': name }))).toEqual([])
  })

  it('refuse a partitioner that would make files overlap', () => {
    const [issue] = issuesOf(
      configWith({ 'partitioner.class': 'io.confluent.connect.storage.partitioner.HourlyPartitioner' }),
    )
    expect(issue?.message).toMatch(/DefaultPartitioner/)
  })

  it("refuse the JVM's default format, and say what to set", () => {
    const { 'format.class': _, ...rest } = base
    const config: HdfsConfig = configOf(confluentSettings, rest)
    expect(issuesOf(config)).toEqual([
      {
        field: 'formatClass',
        message: expect.stringMatching(
          /not AvroFormat.*Set format.class=io.confluent.connect.hdfs.json.JsonFormat/,
        ),
      },
    ])
  })

  it('need a place to write to, and name every other fault beside', () => {
    const config = configOf(hdfsSettings, {
      'timestamp.extractor': 'org.example.Mine',
      'topics.dir': 'a/${1}',
      'hive.integration': 'true',
    })
    expect(issuesOf(config).map(({ field }) => field)).toEqual([
      'hive.integration',
      'storeUrl',
      'topicsDir',
      'timestampExtractor',
    ])
  })

  it('make files of JSON lines where only store.url is given', () => {
    const plan = planOf(configOf(hdfsSettings, { 'store.url': 'hdfs://nn' }))
    expect(plan.format.extension).toBe('.json')
    expect(plan.layout.folderOfTopics('t')).toBe('/topics')
    expect(plan.rules).toMatchObject({ bytes: 128 * 1024 ** 2, intervalMs: 600_000 })
  })

  it('name the folder after the topic', () => {
    const config = configWith({
      'store.url': 'hdfs://nn/lake/',
      'topics.dir': 'by/${1}/${topic}',
      'topic.capture.groups.regex': '(\\w+)\\..*',
    })
    const { layout } = planOf(config)
    expect(layout.folderOfTopics('shop.orders')).toBe('/lake/by/shop/shop.orders')
    expect(() => layout.folderOfTopics('orders')).toThrow(/doesn't match the topic orders/)
  })
})
