import { area } from '../step.ts'

const step = area('root')

export const rootSteps = [
  step('worker', 'GET /'),
  step('health', 'GET /health'),
  step('unknown-path', 'GET /nothing'),
  step('unknown-path-below', 'GET /connectors/a/b/c'),
  step('wrong-method', 'POST /', { body: {} }),
  step('wrong-method-of-health', 'PUT /health', { body: {} }),
  step('options', 'OPTIONS /connectors'),
  step('head', 'HEAD /connectors'),
  step('accept-other', 'GET /', { headers: { accept: 'application/xml' } }),
  step('accept-any', 'GET /', { headers: { accept: '*/*' } }),
  step('trailing-slash', 'GET /connectors/'),
]
