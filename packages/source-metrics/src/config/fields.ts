import {
  between,
  boolean,
  bytes,
  type ConfigOf,
  durationMs,
  groups,
  int,
  list,
  nonEmpty,
  oneOf,
  pairs,
  prefix,
  secret,
  string,
} from '@sluice/template'
import { collectorNames } from '../host/collector-names.ts'
import { hostPort } from '../push/host-port.ts'
import { nonFiniteChoices } from '../records/numbers.ts'
import { ruleActions } from '../rules/label-rules.ts'

const records = {
  metricsInput: oneOf(['scrape', 'host', 'push'], {
    doc: 'Where metrics come from: `scrape` asks Prometheus and OpenMetrics endpoints, `host` reads the machine that the task runs on, `push` takes what is sent to it.',
    importance: 'HIGH',
    group: 'Records',
  }),
  topic: string({
    doc: 'Topic that the metrics are written to.',
    importance: 'HIGH',
    group: 'Records',
    validate: nonEmpty,
  }),
  metricsRecord: oneOf(['sample', 'family'], {
    doc: 'What is one record: a `sample` (a value, or a whole histogram or summary, of one series), or a `family` (all series of one name of one instance; at most 500 in a record).',
    importance: 'MEDIUM',
    group: 'Records',
    default: 'sample',
  }),
  metricsFormat: oneOf(['native', 'otlp', 'influx'], {
    doc: 'How values are written: `native` as the JSON of Vector, `otlp` as the JSON of OpenTelemetry, `influx` as text in the line protocol of InfluxDB (with `value.converter` a StringConverter).',
    importance: 'MEDIUM',
    group: 'Records',
    default: 'native',
  }),
  metricsStaleness: boolean({
    doc: 'Writes a record without a value when a series has ended: its target no longer has it, or no longer answers.',
    group: 'Records',
    default: true,
  }),
  metricsNonFinite: oneOf(nonFiniteChoices, {
    doc: 'What becomes of NaN and infinite values, for which JSON has no numbers, in the format `native`: `text` ("NaN", "inf", "-inf"), `null`, or `drop`, which leaves plain values out in every format.',
    group: 'Records',
    default: 'text',
  }),
}

const rules = {
  rules: list({
    doc: 'Names of the label rules, in the order in which they apply. `__name__` stands for the name of a metric.',
    group: 'Label rules',
    default: [],
  }),
  rule: groups('rules.', {
    doc: 'A label rule.',
    fields: {
      action: oneOf(ruleActions, {
        doc: 'What the rule does: `keep` or `drop` series by the values of `labels`, `rename` or `remove` labels by their names, `add` the label `target` with `value`, `replace` it by `value` made of what `regex` has matched ($1).',
        importance: 'HIGH',
      }),
      labels: list({
        doc: 'Labels whose values, joined by ";", are matched.',
        default: ['__name__'],
      }),
      regex: string({ doc: 'Regular expression that is matched against the whole text.', default: '(.*)' }),
      target: string({
        doc: 'Name of the label to write; for `rename` with $1 of what was matched.',
        default: '',
      }),
      value: string({ doc: 'Value to write.', default: '$1' }),
    },
  }),
}

const targets = {
  scrapeTargets: list({
    doc: 'Targets, as URLs or as `host:port`.',
    importance: 'HIGH',
    group: 'Targets',
    default: [],
  }),
  scrapeFileSdFiles: list({
    doc: "Files that list targets, in Prometheus' file_sd format (JSON or YAML); `*` in a file's name stands for any text.",
    importance: 'MEDIUM',
    group: 'Targets',
    default: [],
  }),
  scrapeDnsNames: list({
    doc: 'Names whose DNS records are targets.',
    importance: 'MEDIUM',
    group: 'Targets',
    default: [],
  }),
  scrapeDnsType: oneOf(['SRV', 'A', 'AAAA'], {
    doc: 'Type of those records. SRV records name the port themselves.',
    group: 'Targets',
    default: 'SRV',
  }),
  scrapeDnsPort: int({
    doc: 'Port of targets from A and AAAA records.',
    group: 'Targets',
    optional: true,
    validate: between(1, 65_535),
  }),
  scrapeDnsServer: string({
    doc: 'DNS server to ask, as `address` or `address:port`. Absent: those of the system.',
    group: 'Targets',
    optional: true,
  }),
  scrapeEc2Tags: list({
    doc: 'Tags of EC2 instances that are targets, as `key=value`, all of which an instance must have. Needs the package @aws-sdk/client-ec2.',
    importance: 'MEDIUM',
    group: 'Targets',
    default: [],
  }),
  scrapeEc2Region: string({
    doc: 'Region of the instances. Absent: as the AWS SDK finds it.',
    group: 'Targets',
    optional: true,
  }),
  scrapeEc2Endpoint: string({
    doc: 'URL of the EC2 API where it is another than AWS has.',
    group: 'Targets',
    optional: true,
  }),
  scrapeEc2Port: int({
    doc: 'Port of the targets on EC2 instances.',
    group: 'Targets',
    default: 9100,
    validate: between(1, 65_535),
  }),
  scrapeEc2Address: oneOf(['private', 'public'], {
    doc: 'Which address of an instance is asked.',
    group: 'Targets',
    default: 'private',
  }),
  scrapeEc2Labels: list({
    doc: 'Tags of instances that become labels of the same name.',
    group: 'Targets',
    default: [],
  }),
  scrapeDiscoveryIntervalMs: durationMs({
    doc: 'Milliseconds between two looks for targets in files, DNS and EC2.',
    group: 'Targets',
    default: 30_000,
    validate: between(100),
  }),
  scrapeTargetLimit: int({
    doc: 'Most targets. Those beyond it, in the order of their URLs, are left out with a warning; 0: no limit.',
    group: 'Targets',
    default: 0,
    validate: between(0),
  }),
  scrapeScheme: oneOf(['http', 'https'], {
    doc: 'Scheme of targets that are no URLs.',
    group: 'Targets',
    default: 'http',
  }),
  scrapePath: string({
    doc: 'Path of targets whose URL has none.',
    group: 'Targets',
    default: '/metrics',
  }),
  scrapeJob: string({
    doc: 'Value of the label `job` of all targets. Absent: the name of the connector.',
    group: 'Targets',
    optional: true,
  }),
  scrapeLabels: pairs({
    doc: 'Labels of all targets, as `name:value,...`.',
    group: 'Targets',
    default: new Map(),
  }),
  scrapeHonorLabels: boolean({
    doc: "Keeps labels of a series where the target has one of the same name; else the target's counts, and the other goes on as `exported_<name>`.",
    group: 'Targets',
    default: false,
  }),
  scrapeHonorTimestamps: boolean({
    doc: 'Takes the times that a page gives for its samples; else, and where it gives none, the time of the scrape.',
    group: 'Targets',
    default: true,
  }),
}

const scraping = {
  scrapeIntervalMs: durationMs({
    doc: 'Milliseconds from one scrape of a target to the next. Targets are spread over it.',
    importance: 'HIGH',
    group: 'Scraping',
    default: 15_000,
    validate: between(100),
  }),
  scrapeTimeoutMs: durationMs({
    doc: 'Milliseconds that one scrape may take, at most `scrape.interval.ms`.',
    importance: 'MEDIUM',
    group: 'Scraping',
    default: 10_000,
    validate: between(1),
  }),
  scrapeBodyLimitBytes: bytes({
    doc: 'Most bytes of a page, uncompressed. A larger one fails the scrape.',
    group: 'Scraping',
    default: 32 * 1024 ** 2,
    validate: between(1),
  }),
  scrapeSampleLimit: int({
    doc: 'Most samples of a page. More of them fail the scrape; 0: no limit.',
    group: 'Scraping',
    default: 0,
    validate: between(0),
  }),
  scrapeBufferSamples: int({
    doc: 'Most samples of a task that wait for Kafka. While there are as many, scrapes are left out and counted.',
    group: 'Scraping',
    default: 500_000,
    validate: between(1),
  }),
  scrapeReport: boolean({
    doc: 'Writes what Prometheus writes of each scrape: `up`, `scrape_duration_seconds`, `scrape_samples_scraped` and `scrape_samples_post_metric_relabeling`. Label rules leave these alone.',
    group: 'Scraping',
    default: true,
  }),
  scrapeUser: string({
    doc: 'Name for a login at the targets (HTTP basic).',
    group: 'Scraping',
    optional: true,
  }),
  scrapePassword: secret({ doc: 'Password for that login.', group: 'Scraping', optional: true }),
  scrapeBearerToken: secret({
    doc: 'Token for a login at the targets (`Authorization: Bearer`).',
    group: 'Scraping',
    optional: true,
  }),
  scrapeBearerTokenFile: string({
    doc: 'File that holds such a token. It is read for each scrape.',
    group: 'Scraping',
    optional: true,
  }),
  scrapeTlsCaFile: string({
    doc: 'File with the certificates (PEM) that targets are trusted by. Absent: those that come with Node.',
    group: 'Scraping',
    optional: true,
  }),
  scrapeTlsCertFile: string({
    doc: 'File with the certificate (PEM) that is shown to targets.',
    group: 'Scraping',
    optional: true,
  }),
  scrapeTlsKeyFile: string({
    doc: 'File with the key (PEM) of that certificate.',
    group: 'Scraping',
    optional: true,
  }),
  scrapeTlsServerName: string({
    doc: 'Name that certificates of targets must bear. Absent: the host of the URL.',
    group: 'Scraping',
    optional: true,
  }),
  scrapeTlsInsecureSkipVerify: boolean({
    doc: 'Trusts any certificate.',
    group: 'Scraping',
    default: false,
  }),
  scrapeHeaders: prefix('scrape.headers.', {
    doc: 'Further headers of the requests to targets.',
    secret: true,
  }),
}

const push = {
  pushListen: string({
    doc: 'Where metrics are taken by HTTP, as `host:port`: OTLP at /v1/metrics, Prometheus remote write at /api/v1/write.',
    importance: 'HIGH',
    group: 'Push',
    default: '127.0.0.1:4318',
    validate: wrongHostPort,
  }),
  pushStatsdListen: string({
    doc: 'Where StatsD is taken by UDP, as `host:port`. Absent: nowhere. UDP knows no answer: what is sent while Kafka is behind may be lost.',
    group: 'Push',
    optional: true,
    validate: wrongHostPort,
  }),
  pushStatsdIntervalMs: durationMs({
    doc: 'Milliseconds that StatsD values are gathered: counters are summed up, timers become summaries.',
    group: 'Push',
    default: 10_000,
    validate: between(10),
  }),
  pushTimeoutMs: durationMs({
    doc: 'Milliseconds that a sender waits for Kafka; then it gets a 503 and is to send again.',
    importance: 'MEDIUM',
    group: 'Push',
    default: 8_000,
    validate: between(1),
  }),
  pushBodyLimitBytes: bytes({
    doc: 'Most bytes of one request, unpacked. A larger one gets a 413.',
    group: 'Push',
    default: 16 * 1024 ** 2,
    validate: between(1),
  }),
  pushRequestSamples: int({
    doc: 'Most samples of one request. One with more, or with as many labels and buckets as ten times as many would have, gets a 413.',
    group: 'Push',
    default: 50_000,
    validate: between(1),
  }),
  pushBufferBytes: bytes({
    doc: 'Most bytes of all requests that are under way. Beyond that senders get a 429 (OTLP) or 503 (remote write) and are to send again.',
    group: 'Push',
    default: 64 * 1024 ** 2,
    validate: between(1),
  }),
  pushBufferSamples: int({
    doc: 'Most samples that wait for Kafka. Beyond that senders are answered likewise.',
    group: 'Push',
    default: 200_000,
    validate: between(1),
  }),
  pushUser: string({
    doc: 'Name that senders must log in with (HTTP basic). Without it and a token anyone who reaches the port may send.',
    group: 'Push',
    optional: true,
  }),
  pushPassword: secret({ doc: 'Password of that login.', group: 'Push', optional: true }),
  pushBearerToken: secret({
    doc: 'Token that senders may log in with instead (`Authorization: Bearer`).',
    group: 'Push',
    optional: true,
  }),
  pushTlsCertFile: string({
    doc: 'File with the certificate (PEM) to speak https with. Absent: http.',
    group: 'Push',
    optional: true,
  }),
  pushTlsKeyFile: string({
    doc: 'File with the key (PEM) of that certificate.',
    group: 'Push',
    optional: true,
  }),
}

const host = {
  hostIntervalMs: durationMs({
    doc: 'Milliseconds from one reading of the machine to the next.',
    importance: 'HIGH',
    group: 'Host',
    default: 15_000,
    validate: between(100),
  }),
  hostCollectors: list({
    doc: `What is read: ${collectorNames.join(', ')}.`,
    importance: 'MEDIUM',
    group: 'Host',
    default: [...collectorNames],
    validate: (names) => {
      const unknown = names.filter((name) => !(collectorNames as readonly string[]).includes(name))
      return unknown.length === 0
        ? undefined
        : `must be of ${collectorNames.join(', ')}, not ${unknown.join(', ')}`
    },
  }),
  hostInstance: string({
    doc: "Value of the label `instance`. Absent: the machine's name.",
    group: 'Host',
    optional: true,
  }),
  hostLabels: pairs({
    doc: 'Labels of all series, as `name:value,...`.',
    group: 'Host',
    default: new Map(),
  }),
}

function wrongHostPort(text: string): string | undefined {
  try {
    hostPort(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** All settings of the connector. */
export const metricsFields = { ...records, ...targets, ...scraping, ...push, ...host, ...rules }

export type MetricsConfig = ConfigOf<typeof metricsFields>
