import { area } from '../step.ts'

const step = area('internal')
const tasks = 'POST /connectors/rest-sink/tasks'
const fence = 'PUT /connectors/rest-sink/fence'
const signed = { 'x-connect-authorization': 'AAAA', 'x-connect-request-signature-algorithm': 'HmacSHA256' }

/** What workers ask of each other (KIP-507), asked by a stranger. */
export const internalSteps = [
  step('tasks-unsigned', tasks, { body: [] }),
  step('tasks-badly-signed', tasks, { body: [], headers: signed }),
  step('tasks-odd-algorithm', tasks, {
    body: [],
    headers: { ...signed, 'x-connect-request-signature-algorithm': 'NoSuchMac' },
  }),
  step('tasks-without-algorithm', tasks, { body: [], headers: { 'x-connect-authorization': 'AAAA' } }),
  step('fence-unsigned', fence, { body: {} }),
  step('fence-badly-signed', fence, { body: {}, headers: signed }),
]
