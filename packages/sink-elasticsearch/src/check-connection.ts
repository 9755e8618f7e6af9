import type { Issue } from '@sluice/template'
import { connect } from './connect.ts'
import { type Answer, type Ask, askOver, failureText } from './elasticsearch.ts'
import type { Settings } from './fields.ts'

/** Asks the server whether it is there and knows the user. */
export async function connectionIssues(
  settings: Settings,
  signal: AbortSignal,
): Promise<readonly Issue<Extract<keyof Settings, string>>[]> {
  const connection = await connect(settings)
  try {
    const answer = await firstAnswer(askOver(connection.transport), settings.connectionUrl.length, signal)
    if (answer.kind === 'unreachable') {
      const message = `leads to no Elasticsearch: ${answer.error.message}`
      return [{ field: 'connectionUrl', message, mayPass: true }]
    }
    if (answer.kind === 'refused' && answer.status === 401) {
      const field = settings.connectionApiKey ? 'connectionApiKey' : 'connectionUsername'
      return [{ field, message: `is refused by the server: ${failureText(answer)}` }]
    }
    return pipelineIssues(settings, askOver(connection.transport), signal)
  } finally {
    await connection.close()
  }
}

/** Goes round the nodes until one answers. */
async function firstAnswer(ask: Ask, nodes: number, signal: AbortSignal): Promise<Answer> {
  const answer = await ask({ method: 'GET', path: '/' }, signal)
  return answer.kind === 'unreachable' && nodes > 1 ? firstAnswer(ask, nodes - 1, signal) : answer
}

/** Without its pipeline the server would refuse every document. */
async function pipelineIssues(
  { pipeline }: Settings,
  ask: Ask,
  signal: AbortSignal,
): Promise<readonly Issue<Extract<keyof Settings, string>>[]> {
  if (pipeline === '') return []
  const answer = await ask(
    { method: 'GET', path: `/_ingest/pipeline/${encodeURIComponent(pipeline)}` },
    signal,
  )
  const isMissing = answer.kind === 'refused' && answer.status === 404
  return isMissing ? [{ field: 'pipeline', message: `is ${pipeline}, which does not exist` }] : []
}
