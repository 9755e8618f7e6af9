import type { Issue } from '@sluice/template'
import { connect } from './connect.ts'
import { askOver, failureText } from './elasticsearch.ts'
import type { Settings } from './fields.ts'

/** Asks the server whether it is there and knows the user. */
export async function connectionIssues(
  settings: Settings,
  signal: AbortSignal,
): Promise<readonly Issue<Extract<keyof Settings, string>>[]> {
  const connection = await connect(settings)
  try {
    const answer = await askOver(connection.transport)({ method: 'GET', path: '/' }, signal)
    if (answer.kind === 'unreachable') {
      return [{ field: 'connectionUrl', message: `leads to no Elasticsearch: ${answer.error.message}` }]
    }
    if (answer.kind === 'refused' && answer.status === 401) {
      const field = settings.connectionApiKey ? 'connectionApiKey' : 'connectionUsername'
      return [{ field, message: `is refused by the server: ${failureText(answer)}` }]
    }
    return []
  } finally {
    await connection.close()
  }
}
