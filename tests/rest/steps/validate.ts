import { sink, sinkClass, source, sourceClass } from '../connectors.ts'
import { area, type Step } from '../step.ts'

const step = area('validate')

const validate = (plugin: string) => `PUT /connector-plugins/${plugin}/config/validate`

/** The source's settings with these beside them; undefined takes one away. */
const ofSource = (what: string, more: Readonly<Record<string, unknown>>): Step =>
  step(what, validate('FileStreamSource'), { body: { name: 'checked', ...source, ...more } })

const ofSink = (what: string, more: Readonly<Record<string, unknown>>): Step =>
  step(what, validate('FileStreamSink'), { body: { name: 'checked', ...sink, ...more } })

export const validateSteps = [
  ofSource('source', {}),
  ofSink('sink', {}),
  step('by-class', validate(sourceClass), { body: { name: 'checked', ...source } }),
  ofSource('topic-missing', { topic: undefined }),
  ofSource('topic-empty', { topic: '' }),
  ofSource('topic-null', { topic: null }),
  ofSource('name-missing', { name: undefined }),
  ofSource('name-empty', { name: '' }),
  ofSource('name-odd', { name: 'a\u0000b' }),
  ofSource('batch-size-no-number', { 'batch.size': 'many' }),
  ofSource('batch-size-too-large', { 'batch.size': '3000000000' }),
  ofSource('setting-unknown', { 'no.such.setting': 'x' }),
  ofSource('number-as-value', { 'batch.size': 100 }),
  ofSource('boolean-as-value', { 'errors.log.enable': true }),
  ofSource('object-as-value', { topic: { name: 'x' } }),
  ofSource('array-as-value', { topic: ['x'] }),
  ofSource('tasks-max-zero', { 'tasks.max': '0' }),
  ofSource('tasks-max-no-number', { 'tasks.max': 'few' }),
  ofSource('tasks-max-enforce-odd', { 'tasks.max.enforce': 'perhaps' }),
  ofSource('tolerance-odd', { 'errors.tolerance': 'some' }),
  ofSource('tolerance-upper-case', { 'errors.tolerance': 'ALL' }),
  ofSource('retry-timeout-no-number', { 'errors.retry.timeout': 'long' }),
  ofSource('retry-timeout-endless', { 'errors.retry.timeout': '-1' }),
  ofSource('reload-odd', { 'config.action.reload': 'sometimes' }),
  ofSource('converter-unknown', { 'value.converter': 'org.example.Nothing' }),
  ofSource('converter-not-one', { 'value.converter': sourceClass }),
  ofSource('converter-json', {
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
  }),
  ofSource('converter-json-odd-setting', {
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'perhaps',
  }),
  ofSource('header-converter-unknown', { 'header.converter': 'org.example.Nothing' }),
  ofSource('transform', {
    transforms: 'route',
    'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
    'transforms.route.regex': '(.*)',
    'transforms.route.replacement': 'x-$1',
  }),
  ofSource('transform-without-type', { transforms: 'route' }),
  ofSource('transform-unknown', { transforms: 'route', 'transforms.route.type': 'org.example.Nothing' }),
  ofSource('transform-twice', {
    transforms: 'route,route',
    'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
    'transforms.route.regex': '(.*)',
    'transforms.route.replacement': 'x-$1',
  }),
  ofSource('transform-setting-missing', {
    transforms: 'route',
    'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
    'transforms.route.regex': '(.*)',
  }),
  ofSource('transform-odd-regex', {
    transforms: 'route',
    'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
    'transforms.route.regex': '(',
    'transforms.route.replacement': 'x',
  }),
  ofSource('transform-of-values', {
    transforms: 'stamp',
    'transforms.stamp.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
    'transforms.stamp.static.field': 'a',
    'transforms.stamp.static.value': 'b',
  }),
  ofSource('predicate', {
    transforms: 'drop',
    'transforms.drop.type': 'org.apache.kafka.connect.transforms.Filter',
    'transforms.drop.predicate': 'mine',
    predicates: 'mine',
    'predicates.mine.type': 'org.apache.kafka.connect.transforms.predicates.TopicNameMatches',
    'predicates.mine.pattern': 'a.*',
  }),
  ofSource('predicate-missing', {
    transforms: 'drop',
    'transforms.drop.type': 'org.apache.kafka.connect.transforms.Filter',
    'transforms.drop.predicate': 'mine',
  }),
  ofSource('predicate-without-type', { predicates: 'mine' }),
  ofSource('topic-creation', {
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
  }),
  ofSource('topic-creation-without-partitions', { 'topic.creation.default.replication.factor': '1' }),
  ofSource('topic-creation-odd-partitions', {
    'topic.creation.default.partitions': '0',
    'topic.creation.default.replication.factor': '1',
  }),
  ofSource('topic-creation-group', {
    'topic.creation.groups': 'special',
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '1',
    'topic.creation.special.include': 'rest.*',
    'topic.creation.special.partitions': '2',
  }),
  ofSource('exactly-once-odd', { 'exactly.once.support': 'sometimes' }),
  ofSource('transaction-boundary-odd', { 'transaction.boundary': 'never' }),
  ofSource('transaction-boundary-connector', { 'transaction.boundary': 'connector' }),
  ofSource('override-of-producer', { 'producer.override.linger.ms': '5' }),
  ofSource('override-of-producer-odd', { 'producer.override.acks': 'some' }),
  ofSink('topics-and-regex', { 'topics.regex': 'a.*' }),
  ofSink('topics-missing', { topics: undefined }),
  ofSink('topics-empty', { topics: '' }),
  ofSink('topics-regex', { topics: undefined, 'topics.regex': 'rest-.*' }),
  ofSink('topics-regex-odd', { topics: undefined, 'topics.regex': '(' }),
  ofSink('dead-letters-to-own-topic', { 'errors.deadletterqueue.topic.name': sink['topics'] }),
  ofSink('dead-letters', {
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': 'letters',
    'errors.deadletterqueue.topic.replication.factor': '1',
    'errors.deadletterqueue.context.headers.enable': 'true',
  }),
  ofSink('dead-letters-odd-factor', { 'errors.deadletterqueue.topic.replication.factor': 'two' }),
  step('several-errors', validate('FileStreamSource'), {
    body: { 'connector.class': sourceClass, 'tasks.max': '0', 'batch.size': 'x', 'errors.tolerance': 'y' },
  }),
  step('class-missing', validate('FileStreamSource'), {
    body: { name: 'checked', file: '{folder}/in.txt', topic: 'a' },
  }),
  step('class-of-another', validate('FileStreamSource'), { body: { name: 'checked', ...sink } }),
  step('class-unknown', validate('FileStreamSource'), {
    body: { ...source, 'connector.class': 'org.example.Nothing' },
  }),
  step('plugin-unknown', validate('org.example.Nothing'), {
    body: { ...source, 'connector.class': 'org.example.Nothing' },
  }),
  step('plugin-unknown-without-class', validate('org.example.Nothing'), { body: { topic: 'a' } }),
  step('plugin-no-connector', validate('org.apache.kafka.connect.json.JsonConverter'), {
    body: { 'connector.class': 'org.apache.kafka.connect.json.JsonConverter' },
  }),
  step('body-empty-object', validate('FileStreamSource'), { body: {} }),
  step('body-missing', validate('FileStreamSource'), { headers: { 'content-type': 'application/json' } }),
  step('body-null', validate('FileStreamSource'), { body: null }),
  step('body-array', validate('FileStreamSource'), { body: [] }),
  step('body-string', validate('FileStreamSource'), { body: 'text' }),
  step('body-broken', validate('FileStreamSource'), { text: '{"connector.class": ' }),
  step('body-no-json', validate('FileStreamSource'), {
    text: 'connector.class=x',
    headers: { 'content-type': 'text/plain' },
  }),
  step('wrong-method', 'POST /connector-plugins/FileStreamSource/config/validate', { body: {} }),
  step('class-alias-in-body', validate(sourceClass), {
    body: { ...source, name: 'checked', 'connector.class': 'FileStreamSource' },
  }),
  ofSink('sink-class-by-simple-name', { 'connector.class': sinkClass.split('.').at(-1) }),
]
