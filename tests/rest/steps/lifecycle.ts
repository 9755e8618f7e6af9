import { area, connectorIs, gone, settled, type Step, tasksFailed, type Until } from '../step.ts'

const step = area('lifecycle')
const one = '/connectors/rest-source'

/** Records were written, so that there is a topic to tell of. */
const hasTopics: Until = {
  what: 'rest-source has used a topic',
  path: `${one}/topics`,
  holds: (body) => JSON.stringify(body).includes('rest-lines'),
}

const hasNoTopics: Until = {
  what: 'rest-source has used no topic since',
  path: `${one}/topics`,
  holds: (body) => !JSON.stringify(body).includes('rest-lines'),
}

export const lifecycleSteps: readonly Step[] = [
  step('topics', `GET ${one}/topics`, { until: hasTopics }),
  step('topics-reset', `PUT ${one}/topics/reset`),
  step('topics-after-reset', `GET ${one}/topics`, { until: hasNoTopics }),
  step('topics-reset-by-post', `POST ${one}/topics/reset`),
  step('pause', `PUT ${one}/pause`),
  step('pause-again', `PUT ${one}/pause`, { until: settled('rest-source', 'PAUSED') }),
  step('status-paused', `GET ${one}/status`, { until: settled('rest-source', 'PAUSED') }),
  step('task-status-paused', `GET ${one}/tasks/0/status`),
  step('restart-paused', `POST ${one}/restart`),
  step('resume', `PUT ${one}/resume`, { until: settled('rest-source', 'PAUSED') }),
  step('resume-again', `PUT ${one}/resume`, { until: settled('rest-source', 'RUNNING') }),
  step('status-resumed', `GET ${one}/status`, { until: settled('rest-source', 'RUNNING') }),
  step('stop', `PUT ${one}/stop`),
  step('stop-again', `PUT ${one}/stop`, { until: settled('rest-source', 'STOPPED', 0) }),
  step('status-stopped', `GET ${one}/status`, { until: settled('rest-source', 'STOPPED', 0) }),
  step('get-stopped', `GET ${one}`),
  step('tasks-stopped', `GET ${one}/tasks`),
  step('task-status-stopped', `GET ${one}/tasks/0/status`),
  step('restart-stopped', `POST ${one}/restart`),
  step('restart-stopped-with-tasks', `POST ${one}/restart?includeTasks=true`),
  step('restart-task-of-stopped', `POST ${one}/tasks/0/restart`, { once: true }),
  step('pause-stopped', `PUT ${one}/pause`),
  step('status-paused-after-stop', `GET ${one}/status`, { until: connectorIs('rest-source', 'PAUSED') }),
  step('resume-at-last', `PUT ${one}/resume`),
  step('restart', `POST ${one}/restart`, { until: settled('rest-source', 'RUNNING') }),
  step('restart-with-tasks', `POST ${one}/restart?includeTasks=true`, {
    until: settled('rest-source', 'RUNNING'),
  }),
  step('restart-failed-only', `POST ${one}/restart?onlyFailed=true`, {
    until: settled('rest-source', 'RUNNING'),
  }),
  step('restart-failed-with-tasks', `POST ${one}/restart?includeTasks=true&onlyFailed=true`, {
    until: settled('rest-source', 'RUNNING'),
  }),
  step('restart-neither', `POST ${one}/restart?includeTasks=false&onlyFailed=false`, {
    until: settled('rest-source', 'RUNNING'),
  }),
  step('restart-odd-flag', `POST ${one}/restart?includeTasks=perhaps`, {
    until: settled('rest-source', 'RUNNING'),
  }),
  step('restart-forwarded', `POST ${one}/restart?forward=false`, {
    until: settled('rest-source', 'RUNNING'),
  }),
  step('restart-flags-of-python', `POST ${one}/restart?includeTasks=True&onlyFailed=False`, {
    until: settled('rest-source', 'RUNNING'),
  }),
  step('restart-by-get', `GET ${one}/restart`),
  step('restart-unknown', 'POST /connectors/none/restart'),
  step('restart-unknown-with-tasks', 'POST /connectors/none/restart?includeTasks=true'),
  step('restart-task', `POST ${one}/tasks/0/restart`, { until: settled('rest-source', 'RUNNING') }),
  step('restart-task-unknown', `POST ${one}/tasks/9/restart`, { until: settled('rest-source', 'RUNNING') }),
  step('restart-task-no-number', `POST ${one}/tasks/x/restart`),
  step('restart-task-of-unknown', 'POST /connectors/none/tasks/0/restart'),
  step(
    'restart-failing-with-tasks',
    'POST /connectors/rest-failing/restart?includeTasks=true&onlyFailed=true',
    {
      until: tasksFailed('rest-failing'),
    },
  ),
  step('restart-failing-task', 'POST /connectors/rest-failing/tasks/0/restart', {
    until: tasksFailed('rest-failing'),
  }),
  step('pause-failing', 'PUT /connectors/rest-failing/pause', { until: tasksFailed('rest-failing') }),
  step('stop-failing', 'PUT /connectors/rest-failing/stop'),
  step('status-of-failing-stopped', 'GET /connectors/rest-failing/status', {
    until: settled('rest-failing', 'STOPPED', 0),
  }),
  step('delete-failing', 'DELETE /connectors/rest-failing'),
  step('delete-again', 'DELETE /connectors/rest-failing', { until: gone('rest-failing') }),
  step('pause-unknown', 'PUT /connectors/none/pause'),
  step('resume-unknown', 'PUT /connectors/none/resume'),
  step('stop-unknown', 'PUT /connectors/none/stop'),
  // some clients say that of bodies which they don't send
  step('pause-with-content-type', 'PUT /connectors/none/pause', {
    headers: { 'content-type': 'application/json' },
  }),
  step('restart-with-content-type', 'POST /connectors/none/restart', {
    headers: { 'content-type': 'application/json' },
  }),
  step('delete-with-content-type', 'DELETE /connectors/none', {
    headers: { 'content-type': 'application/json' },
  }),
  step('pause-by-post', `POST ${one}/pause`),
]
