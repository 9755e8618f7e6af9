import { sourceClass } from '../connectors.ts'
import { area } from '../step.ts'

const step = area('plugins')
const transforms = 'org.apache.kafka.connect.transforms'

export const pluginSteps = [
  step('list', 'GET /connector-plugins'),
  step('list-connectors-only', 'GET /connector-plugins?connectorsOnly=true'),
  step('list-all', 'GET /connector-plugins?connectorsOnly=false'),
  step('list-odd-flag', 'GET /connector-plugins?connectorsOnly=maybe'),
  step('wrong-method', 'DELETE /connector-plugins'),
  step('config-of-source', `GET /connector-plugins/${sourceClass}/config`),
  step('config-by-alias', 'GET /connector-plugins/FileStreamSource/config'),
  step('config-by-simple-name', 'GET /connector-plugins/FileStreamSourceConnector/config'),
  step('config-of-sink', 'GET /connector-plugins/FileStreamSink/config'),
  step(
    'config-of-json-converter',
    'GET /connector-plugins/org.apache.kafka.connect.json.JsonConverter/config',
  ),
  step('config-of-converter-alias', 'GET /connector-plugins/JsonConverter/config'),
  step(
    'config-of-string-converter',
    'GET /connector-plugins/org.apache.kafka.connect.storage.StringConverter/config',
  ),
  step('config-of-transform', `GET /connector-plugins/${transforms}.RegexRouter/config`),
  step('config-of-transform-of-values', `GET /connector-plugins/${transforms}.InsertField$Value/config`),
  step('config-of-cast', `GET /connector-plugins/${transforms}.Cast$Key/config`),
  step('config-of-predicate', `GET /connector-plugins/${transforms}.predicates.TopicNameMatches/config`),
  step('config-of-unknown', 'GET /connector-plugins/org.example.Nothing/config'),
  step('config-of-odd-name', 'GET /connector-plugins/..%2F..%2Fetc%2Fpasswd/config'),
  step('config-latest', 'GET /connector-plugins/FileStreamSource/config?version=latest'),
  step('config-of-no-such-version', 'GET /connector-plugins/FileStreamSource/config?version=0.0.1'),
  step('config-of-odd-version', 'GET /connector-plugins/FileStreamSource/config?version=%5B1'),
  step('plugin-itself', 'GET /connector-plugins/FileStreamSource'),
]
