import { passing, sink, source } from '../connectors.ts'
import { area, connectorIs, gone, settled, type Step } from '../step.ts'

const step = area('create')
const post = 'POST /connectors'

export const createSteps: readonly Step[] = [
  step('list-of-none', 'GET /connectors'),
  step('source', post, { body: { name: 'rest-source', config: source } }),
  step('source-again', post, { body: { name: 'rest-source', config: source } }),
  step('sink-by-put', 'PUT /connectors/rest-sink/config', { body: sink }),
  step('initial-state-stopped', post, {
    body: { name: 'rest-stopped', config: passing, initial_state: 'STOPPED' },
  }),
  step('status-of-stopped', 'GET /connectors/rest-stopped/status', {
    until: settled('rest-stopped', 'STOPPED', 0),
  }),
  step('initial-state-paused', post, {
    body: { name: 'rest-paused', config: passing, initial_state: 'PAUSED' },
  }),
  step('status-of-paused', 'GET /connectors/rest-paused/status', {
    until: connectorIs('rest-paused', 'PAUSED'),
  }),
  step('initial-state-lower-case', post, {
    body: { name: 'rest-lower', config: passing, initial_state: 'stopped' },
  }),
  step('delete-lower', 'DELETE /connectors/rest-lower'),
  step('initial-state-odd', post, { body: { name: 'rest-odd', config: source, initial_state: 'ASLEEP' } }),
  step('name-missing', post, { body: { config: source } }),
  step('name-null', post, { body: { name: null, config: source } }),
  step('name-empty', post, { body: { name: '', config: source } }),
  step('name-blank', post, { body: { name: '   ', config: source } }),
  step('name-number', post, { body: { name: 12, config: { ...source, topic: '' } } }),
  step('name-in-config-only', post, { body: { config: { ...passing, name: 'rest-inner' } } }),
  step('delete-inner', 'DELETE /connectors/rest-inner'),
  step('name-differs', post, { body: { name: 'rest-one', config: { ...source, name: 'rest-other' } } }),
  step('config-missing', post, { body: { name: 'rest-one' } }),
  step('config-null', post, { body: { name: 'rest-one', config: null } }),
  step('config-empty', post, { body: { name: 'rest-one', config: {} } }),
  step('config-array', post, { body: { name: 'rest-one', config: [] } }),
  step('config-invalid', post, { body: { name: 'rest-one', config: { ...source, topic: '' } } }),
  step('config-several-errors', post, {
    body: { name: 'rest-one', config: { ...source, topic: '', 'tasks.max': '0' } },
  }),
  step('config-object-value', post, { body: { name: 'rest-one', config: { ...source, topic: {} } } }),
  step('class-missing', post, { body: { name: 'rest-one', config: { topic: 'a' } } }),
  step('class-unknown', post, {
    body: { name: 'rest-one', config: { ...source, 'connector.class': 'org.example.Nothing' } },
  }),
  step('class-no-connector', post, {
    body: {
      name: 'rest-one',
      config: { ...source, 'connector.class': 'org.apache.kafka.connect.json.JsonConverter' },
    },
  }),
  step('member-unknown', post, { body: { name: 'rest-one', config: { topic: '' }, colour: 'red' } }),
  step('body-missing', post, { headers: { 'content-type': 'application/json' } }),
  step('body-null', post, { body: null }),
  step('body-array', post, { body: [] }),
  step('body-string', post, { body: 'text' }),
  step('body-broken', post, { text: '{"name": "rest-one", ' }),
  step('body-no-json', post, { text: 'name=rest-one', headers: { 'content-type': 'text/plain' } }),
  step('body-trailing-garbage', post, { text: '{"name": "rest-one", "config": {"topic": ""}} x' }),
  step('body-utf16', post, {
    text: JSON.stringify({ name: 'rest-one', config: { topic: '' } }),
    headers: { 'content-type': 'application/json; charset=utf-8' },
  }),
  step('put-invalid', 'PUT /connectors/rest-one/config', { body: { ...source, topic: '' } }),
  step('put-other-name', 'PUT /connectors/rest-one/config', { body: { ...source, name: 'rest-other' } }),
  step('put-empty', 'PUT /connectors/rest-one/config', { body: {} }),
  step('put-array', 'PUT /connectors/rest-one/config', { body: [] }),
  step('put-missing', 'PUT /connectors/rest-one/config', { headers: { 'content-type': 'application/json' } }),
  step('name-with-space-and-umlaut', 'PUT /connectors/rest%20n%C3%A4me/config', { body: passing }),
  step('get-with-space-and-umlaut', 'GET /connectors/rest%20n%C3%A4me', {
    until: settled('rest näme', 'RUNNING'),
  }),
  step('delete-with-space-and-umlaut', 'DELETE /connectors/rest%20n%C3%A4me'),
  step('get-with-slash', 'GET /connectors/rest%2Fslash'),
  step('put-with-slash', 'PUT /connectors/rest%2Fslash/config', { body: { ...source, topic: '' } }),
  step('delete-with-slash', 'DELETE /connectors/rest%2Fslash'),
  step('name-with-plus', post, { body: { name: 'rest+plus', config: source } }),
  step('get-with-plus', 'GET /connectors/rest+plus', { until: settled('rest+plus', 'RUNNING') }),
  step('delete-with-plus', 'DELETE /connectors/rest+plus'),
  step('name-with-control', post, { body: { name: 'rest\u0007bell', config: passing } }),
  step('delete-paused', 'DELETE /connectors/rest-paused'),
  step('delete-stopped', 'DELETE /connectors/rest-stopped', { until: gone('rest-paused') }),
]
