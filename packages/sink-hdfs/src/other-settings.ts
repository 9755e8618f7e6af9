import { type Field, string } from '@sluice/template'

/** A setting of Confluent's connector that does nothing here: said so, or refused where that would change what is delivered. */
export type UnusedSetting =
  | { readonly class: 'warned'; readonly because: string }
  | { readonly class: 'refused'; readonly allows: readonly string[]; readonly because: string }

const noWal = "isn't needed: offsets are in the files' names, and there is no log to keep"
const noHadoop = "isn't needed: HDFS is reached by WebHDFS, without Hadoop's libraries"
const noSchemaFormat = 'has no effect on files of JSON or text'
const noPartitioner = 'has no effect with the default partitioner, the only one there is'
const noHive = 'has no effect without hive.integration'
const noKerberos = 'has no effect without hdfs.authentication.kerberos'

function warned(because: string): UnusedSetting {
  return { class: 'warned', because }
}

function refused(allows: readonly string[], because: string): UnusedSetting {
  return { class: 'refused', allows, because }
}

/** By name on the wire. Values of classes are compared by the class's short name. */
export const unused = {
  'logs.dir': warned(noWal),
  'hadoop.home': warned(noHadoop),
  'storage.class': refused(['HdfsStorage'], 'must be HdfsStorage: this connector writes to HDFS only'),
  'avro.codec': warned(noSchemaFormat),
  'parquet.codec': warned(noSchemaFormat),
  'schema.cache.size': warned(noSchemaFormat),
  'enhanced.avro.schema.support': warned(noSchemaFormat),
  'connect.meta.data': warned(noSchemaFormat),
  'allow.optional.map.keys': warned(noSchemaFormat),
  'schema.compatibility': refused(
    ['NONE'],
    'must be NONE: lines of JSON or text carry no schema that could be projected',
  ),
  'shutdown.timeout.ms': warned('has no effect without hive.integration, whose updates it waits for'),
  'directory.delim': refused(['/'], 'must be "/": HDFS knows no other separator of folders'),
  'file.delim': refused(['+'], 'must be "+": where to read on is taken from names that are separated so'),
  'partitioner.class': refused(
    ['DefaultPartitioner'],
    'must be DefaultPartitioner: with any other, several files of one Kafka partition would overlap in their offsets, and files could be written twice after a crash',
  ),
  'partition.field.name': warned(noPartitioner),
  'partition.duration.ms': warned(noPartitioner),
  'path.format': warned(noPartitioner),
  locale: warned(noPartitioner),
  'hive.integration': refused(
    ['false'],
    'must be false: no Hive metastore is updated. Make the table EXTERNAL over the folder of the topic, and run MSCK REPAIR TABLE for new partitions',
  ),
  'hive.metastore.uris': warned(noHive),
  'hive.conf.dir': warned(noHive),
  'hive.home': warned(noHive),
  'hive.database': warned(noHive),
  'hive.table.name': warned(noHive),
  'hdfs.authentication.kerberos': refused(
    ['false'],
    'must be false: Kerberos (SPNEGO) is not supported. Put an HttpFS or Knox gateway with simple or no authentication between',
  ),
  'connect.hdfs.principal': warned(noKerberos),
  'connect.hdfs.keytab': warned(noKerberos),
  'hdfs.namenode.principal': warned(noKerberos),
  'kerberos.ticket.renew.period.ms': warned(noKerberos),
} as const satisfies Readonly<Record<string, UnusedSetting>>

export type UnusedName = keyof typeof unused

const names = Object.keys(unused) as UnusedName[]

/** Fields for them, so that they are known, and shown where settings are listed. */
export const unusedSettings = Object.fromEntries(
  names.map((name) => [
    name,
    string({
      name,
      optional: true,
      group: 'Without effect',
      doc: `Understood for existing configurations; ${unused[name].because}.`,
    }),
  ]),
) as { readonly [name in UnusedName]: Field<string | undefined> }

export interface Remark {
  readonly setting: UnusedName
  readonly class: UnusedSetting['class']
  readonly because: string
}

/** What is to be said about the settings given: each refused or warned about, with the reason. */
export function remarksOn(config: { readonly [name in UnusedName]: string | undefined }): Remark[] {
  return names.flatMap((setting) => {
    const value = config[setting]
    const rule: UnusedSetting = unused[setting]
    if (value === undefined || value === '') return []
    if (rule.class === 'refused' && rule.allows.some((allowed) => isSame(allowed, value))) return []
    return [{ setting, class: rule.class, because: rule.because }]
  })
}

function isSame(allowed: string, value: string): boolean {
  const short = value.slice(value.lastIndexOf('.') + 1)
  return short.toLowerCase() === allowed.toLowerCase()
}
