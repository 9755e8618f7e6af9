import { sourceClass, topic } from '../connectors.ts'
import { area, gone, offsetIs, settled, type Step } from '../step.ts'

const step = area('offsets')
const ofSource = '/connectors/rest-source/offsets'
const ofSink = '/connectors/rest-sink/offsets'

const file = { filename: '{folder}/in.txt' }
const first = { kafka_topic: topic, kafka_partition: 0 }

const patchSource = (what: string, body: unknown): Step => step(what, `PATCH ${ofSource}`, { body })
const patchSink = (what: string, body: unknown): Step => step(what, `PATCH ${ofSink}`, { body })
const one = (partition: unknown, offset: unknown) => ({ offsets: [{ partition, offset }] })

export const offsetSteps: readonly Step[] = [
  step('of-source', `GET ${ofSource}`, { until: offsetIs('rest-source', '"position":19') }),
  step('of-sink', `GET ${ofSink}`, { until: offsetIs('rest-sink', '"kafka_offset"') }),
  step('of-unknown', 'GET /connectors/none/offsets'),
  patchSource('patch-running', one(file, { position: 6 })),
  step('delete-running', `DELETE ${ofSource}`),
  step('patch-unknown', 'PATCH /connectors/none/offsets', { body: one(file, { position: 6 }) }),
  step('delete-unknown', 'DELETE /connectors/none/offsets'),
  step('wrong-method', `POST ${ofSource}`, { body: {} }),
  step('stop-source', 'PUT /connectors/rest-source/stop'),
  step('stop-sink', 'PUT /connectors/rest-sink/stop', { until: settled('rest-source', 'STOPPED', 0) }),
  step('of-stopped-source', `GET ${ofSource}`, { until: settled('rest-sink', 'STOPPED', 0) }),
  step('of-stopped-sink', `GET ${ofSink}`),
  patchSource('patch-source', one(file, { position: 6 })),
  step('source-after-patch', `GET ${ofSource}`),
  patchSource('patch-position-text', one(file, { position: '6' })),
  patchSource('patch-position-fraction', one(file, { position: 6.5 })),
  patchSource('patch-position-negative', one(file, { position: -1 })),
  patchSource('patch-position-missing', one(file, { place: 6 })),
  patchSource('patch-position-large', one(file, { position: 4611686018427387904 })),
  patchSource('patch-partition-odd', one({ name: 'x' }, { position: 6 })),
  patchSource('patch-partition-null', one(null, { position: 6 })),
  patchSource('patch-partition-missing', { offsets: [{ offset: { position: 6 } }] }),
  patchSource('patch-partition-text', one('x', { position: 6 })),
  patchSource('patch-offset-text', one(file, 'x')),
  patchSource('patch-twice', {
    offsets: [
      { partition: file, offset: { position: 6 } },
      { partition: file, offset: { position: 13 } },
    ],
  }),
  patchSource('patch-empty', { offsets: [] }),
  patchSource('patch-none', {}),
  patchSource('patch-null', { offsets: null }),
  patchSource('patch-array', []),
  patchSource('patch-member-unknown', { offsets: [], colour: 'red' }),
  step('patch-broken', `PATCH ${ofSource}`, { text: '{"offsets": ' }),
  step('patch-missing', `PATCH ${ofSource}`, { headers: { 'content-type': 'application/json' } }),
  patchSource('patch-reset-one', one(file, null)),
  step('source-after-reset-of-one', `GET ${ofSource}`),
  patchSource('patch-other-file', one({ filename: '/elsewhere' }, { position: 1 })),
  step('source-after-other-file', `GET ${ofSource}`),
  step('delete-source', `DELETE ${ofSource}`),
  step('source-after-delete', `GET ${ofSource}`),
  step('delete-source-again', `DELETE ${ofSource}`),
  patchSink('patch-sink', one(first, { kafka_offset: 1 })),
  step('sink-after-patch', `GET ${ofSink}`),
  patchSink('patch-sink-texts', one({ kafka_topic: topic, kafka_partition: '0' }, { kafka_offset: '2' })),
  step('sink-after-texts', `GET ${ofSink}`),
  patchSink(
    'patch-sink-no-topic',
    one({ kafka_topic: 'rest-no-such-topic', kafka_partition: 0 }, { kafka_offset: 1 }),
  ),
  patchSink('patch-sink-no-partition', one({ kafka_topic: topic, kafka_partition: 99 }, { kafka_offset: 1 })),
  patchSink('patch-sink-beyond-end', one(first, { kafka_offset: 1000 })),
  patchSink('patch-sink-negative', one(first, { kafka_offset: -5 })),
  patchSink('patch-sink-odd-offset', one(first, { kafka_offset: 'many' })),
  patchSink(
    'patch-sink-odd-partition',
    one({ kafka_topic: topic, kafka_partition: 'x' }, { kafka_offset: 1 }),
  ),
  patchSink('patch-sink-topic-missing', one({ kafka_partition: 0 }, { kafka_offset: 1 })),
  patchSink('patch-sink-topic-null', one({ kafka_topic: null, kafka_partition: 0 }, { kafka_offset: 1 })),
  patchSink('patch-sink-partition-missing', one({ kafka_topic: topic }, { kafka_offset: 1 })),
  patchSink('patch-sink-offset-missing', one(first, { offset: 1 })),
  patchSink('patch-sink-offset-null', one(first, { kafka_offset: null })),
  patchSink('patch-sink-reset-one', one(first, null)),
  step('sink-after-reset-of-one', `GET ${ofSink}`),
  step('delete-sink', `DELETE ${ofSink}`),
  step('sink-after-delete', `GET ${ofSink}`),
  step('resume-source', 'PUT /connectors/rest-source/resume'),
  step('source-read-again', `GET ${ofSource}`, { until: offsetIs('rest-source', '"position":19') }),
  step('delete-connector', 'DELETE /connectors/rest-source'),
  step('of-deleted', `GET ${ofSource}`, { until: gone('rest-source') }),
  step('created-again', 'POST /connectors', {
    body: {
      name: 'rest-source',
      config: { 'connector.class': sourceClass, file: '{folder}/in.txt', topic },
      initial_state: 'STOPPED',
    },
  }),
  step('of-created-again', `GET ${ofSource}`, { until: settled('rest-source', 'STOPPED', 0) }),
]
