import { area } from '../step.ts'

const step = area('loggers')
const runtime = 'org.apache.kafka.connect.runtime'
const put = (name: string) => `PUT /admin/loggers/${name}`

export const loggerSteps = [
  step('list', 'GET /admin/loggers'),
  step('root', 'GET /admin/loggers/root'),
  step('unknown', 'GET /admin/loggers/org.example.nothing'),
  step('set', put(runtime), { body: { level: 'DEBUG' } }),
  step('is-set', `GET /admin/loggers/${runtime}`),
  step('set-lower-case', put(runtime), { body: { level: 'warn' } }),
  step('is-set-lower-case', `GET /admin/loggers/${runtime}`),
  step('set-worker', `${put(runtime)}?scope=worker`, { body: { level: 'INFO' } }),
  step('set-cluster', `${put(runtime)}?scope=cluster`, { body: { level: 'INFO' } }),
  step('set-scope-upper-case', `${put(runtime)}?scope=WORKER`, { body: { level: 'INFO' } }),
  step('set-scope-odd', `${put(runtime)}?scope=world`, { body: { level: 'INFO' } }),
  step('set-root', put('root'), { body: { level: 'WARN' } }),
  step('root-is-set', 'GET /admin/loggers/root'),
  step('set-new', put('org.example.fresh'), { body: { level: 'ERROR' } }),
  step('level-odd', put(runtime), { body: { level: 'LOUD' } }),
  step('level-missing', put(runtime), { body: {} }),
  step('level-null', put(runtime), { body: { level: null } }),
  step('level-number', put(runtime), { body: { level: 3 } }),
  step('level-odd-cluster', `${put(runtime)}?scope=cluster`, { body: { level: 'LOUD' } }),
  step('body-missing', put(runtime), { headers: { 'content-type': 'application/json' } }),
  step('body-array', put(runtime), { body: [] }),
  step('body-broken', put(runtime), { text: '{' }),
  step('wrong-method', `DELETE /admin/loggers/${runtime}`),
  step('wrong-method-of-list', 'POST /admin/loggers', { body: {} }),
]
