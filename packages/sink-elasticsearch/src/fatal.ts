import { failureText } from './elasticsearch.ts'
import type { Failed } from './resources.ts'

/** The error of a refusal that no repetition mends, with what to do. */
export function fatal(failed: Failed): Error {
  const advice = failed.kind === 'refused' ? adviceOn(failed.status) : ''
  return new Error(`Elasticsearch refuses to write: ${failureText(failed)}.${advice}`)
}

function adviceOn(status: number): string {
  if (status === 404) return ' A data stream needs an index template of its name with data_stream.'
  if (status === 401) return ' Check connection.username and connection.password, or connection.api.key.'
  if (status === 403) return ' Grant the user create_index, view_index_metadata and write on the index.'
  return ''
}
