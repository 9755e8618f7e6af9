import {
  type ConfigOf,
  between,
  bytes,
  durationMs,
  int,
  list,
  nonEmpty,
  oneOf,
  string,
} from '@sluice/template'
import { unusedSettings } from './other-settings.ts'
import { unknownTimeZone } from './start-of-day.ts'

const never = -1

function neverOrPositive(value: number): string | undefined {
  return value === never || value > 0 ? undefined : `must be -1 (off) or above 0, not ${value}`
}

const connection = {
  storeUrl: string({
    doc: 'Names the file system, and a folder in it: hdfs://host:8020, hdfs://nameservice, webhdfs://host:9870, swebhdfs://host:9871, or an http(s):// address of WebHDFS or HttpFS.',
    aliases: ['hdfs.url'],
    default: '',
    importance: 'HIGH',
    group: 'HDFS',
  }),
  webhdfsUrl: list({
    doc: 'Lists the addresses of the NameNodes for WebHDFS (or of HttpFS), such as http://nn1:9870,http://nn2:9870. Absent: hadoop.conf.dir tells, or port 9870 of the host in store.url.',
    default: [],
    importance: 'HIGH',
    group: 'HDFS',
  }),
  hadoopConfDir: string({
    doc: "Names the folder of core-site.xml and hdfs-site.xml, from which name services and the NameNodes' HTTP addresses are read.",
    default: '',
    importance: 'HIGH',
    group: 'HDFS',
  }),
  webhdfsUser: string({
    doc: 'Names the user to act as (simple authentication). Empty: HADOOP_USER_NAME of the environment, else the user who runs the process.',
    default: '',
    importance: 'MEDIUM',
    group: 'HDFS',
  }),
  webhdfsDoas: string({
    doc: 'Names the user on whose behalf to act; the cluster must allow it by hadoop.proxyuser.*. Empty: nobody.',
    default: '',
    group: 'HDFS',
  }),
  webhdfsDataHosts: list({
    doc: 'Limits the hosts that data is sent to: names of DataNodes, or endings such as .data.example.org. Empty: wherever the NameNode sends it.',
    default: [],
    group: 'HDFS',
  }),
  webhdfsTimeoutMs: durationMs({
    doc: 'Gives a request up after this many milliseconds in which nothing moved; it is then repeated.',
    default: 30_000,
    validate: between(100),
    group: 'HDFS',
  }),
  retryBackoffMs: durationMs({
    doc: 'Waits at most this many milliseconds before a failed request is repeated; the first wait is a twentieth of it.',
    default: 5000,
    validate: between(1),
    group: 'HDFS',
  }),
}

const files = {
  topicsDir: string({
    doc:
      'Names the folder of the files, below that of store.url. $' +
      '{topic} and the groups $' +
      '{1}... of topic.capture.groups.regex are filled in.',
    default: 'topics',
    validate: nonEmpty,
    importance: 'HIGH',
    group: 'Files',
  }),
  topicCaptureGroupsRegex: string({
    doc: 'Matches the whole topic; its groups are filled in in topics.dir.',
    optional: true,
    group: 'Files',
  }),
  filenameOffsetZeroPadWidth: int({
    doc: 'Pads the offsets in names with zeros to this many digits.',
    default: 10,
    validate: between(0),
    group: 'Files',
  }),
  jsonDecimalFormat: oneOf(['NUMERIC', 'BASE64'], {
    doc: "Writes Decimals as numbers with all their digits, or in base64 as Kafka's JsonConverter does.",
    default: 'NUMERIC',
    group: 'Files',
  }),
}

const rotation = {
  rotateScheduleIntervalMs: durationMs({
    doc: 'Finishes files at multiples of this many milliseconds after midnight in timezone, records or not. -1: off.',
    default: never,
    validate: neverOrPositive,
    importance: 'MEDIUM',
    group: 'Rotation',
  }),
  timezone: string({
    doc: 'Names the time zone of rotate.schedule.interval.ms, such as Europe/Berlin. Empty: UTC.',
    default: '',
    validate: unknownTimeZone,
    group: 'Rotation',
  }),
  timestampExtractor: string({
    doc: 'Chooses the clock of rotate.interval.ms: Wallclock, Record (the time of the Kafka record) or RecordField (timestamp.field of the value).',
    default: 'Wallclock',
    recommended: ['Wallclock', 'Record', 'RecordField'],
    group: 'Rotation',
  }),
  timestampField: string({
    doc: "Names the value's field that holds the time for timestamp.extractor=RecordField; dots lead into nested fields.",
    default: 'timestamp',
    group: 'Rotation',
  }),
}

const buffering = {
  bufferDir: string({
    doc: "Names a local folder that keeps a file's bytes until HDFS has them, where memory doesn't. Empty: the system's folder for temporary files.",
    default: '',
    group: 'Buffering',
  }),
  bufferMemoryBytes: bytes({
    doc: "Keeps up to this many bytes of a task's unfinished files in memory, of all of them together; the rest goes to buffer.dir.",
    default: 8 * 1024 ** 2,
    validate: between(0),
    group: 'Buffering',
  }),
  uploadsMax: int({
    doc: 'Sends at most this many files at once per task. Twice as many may be on their way before the task takes no more records.',
    default: 4,
    validate: between(1),
    group: 'Buffering',
  }),
}

const flushSizeDoc = 'Finishes a file at this many records.'
const rotateBytesDoc = 'Finishes a file at this many bytes: with the record that reaches them. -1: off.'
const rotateIntervalDoc =
  'Finishes a file this many milliseconds after its first record, by the clock of timestamp.extractor; also when no further record arrives. -1: off.'
const formatDoc =
  'Chooses what a file looks like: JsonFormat (one JSON document a line) or StringFormat (text).'

const common = { ...connection, ...files, ...rotation, ...buffering, ...unusedSettings }

/** Settings of the connector `hdfs`: works with no more than a store.url, and a quiet topic's file is finished too. */
export const hdfsSettings = {
  flushSize: int({
    doc: `${flushSizeDoc} -1: off.`,
    default: never,
    validate: neverOrPositive,
    importance: 'HIGH',
    group: 'Rotation',
  }),
  rotateSizeBytes: bytes({
    doc: rotateBytesDoc,
    default: 128 * 1024 ** 2,
    validate: neverOrPositive,
    importance: 'HIGH',
    group: 'Rotation',
  }),
  rotateIntervalMs: durationMs({
    doc: rotateIntervalDoc,
    default: 600_000,
    validate: neverOrPositive,
    importance: 'HIGH',
    group: 'Rotation',
  }),
  formatClass: string({ doc: formatDoc, default: 'JsonFormat', importance: 'HIGH', group: 'Files' }),
  ...common,
}

/** Settings under the JVM's class name, with its defaults: flush.size is required, and the default format is one to be replaced. */
export const confluentSettings = {
  flushSize: int({ doc: flushSizeDoc, validate: between(1), importance: 'HIGH', group: 'Rotation' }),
  rotateSizeBytes: bytes({
    doc: rotateBytesDoc,
    default: never,
    validate: neverOrPositive,
    importance: 'HIGH',
    group: 'Rotation',
  }),
  rotateIntervalMs: durationMs({
    doc: rotateIntervalDoc,
    default: never,
    validate: neverOrPositive,
    importance: 'HIGH',
    group: 'Rotation',
  }),
  formatClass: string({
    doc: formatDoc,
    default: 'io.confluent.connect.hdfs.avro.AvroFormat',
    importance: 'HIGH',
    group: 'Files',
  }),
  ...common,
  jsonDecimalFormat: oneOf(['NUMERIC', 'BASE64'], {
    doc: files.jsonDecimalFormat.doc,
    default: 'BASE64',
    group: 'Files',
  }),
}

export type HdfsConfig = ConfigOf<typeof hdfsSettings>
