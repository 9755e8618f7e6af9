import { RetriableError } from '@sluice/template'
import { type Ask, failureText } from './elasticsearch.ts'
import { requestOutcomeOf } from './outcome.ts'

type Aliases = Readonly<
  Record<
    string,
    { readonly aliases?: Readonly<Record<string, { readonly is_write_index?: boolean } | undefined>> }
  >
>

/**
 * The index that each name is written to now: the one that an alias stands for, or else the name itself. So are names that the user may not
 * look at. Rejects with a RetriableError where the server can't tell now.
 */
export async function writtenIndices(
  names: readonly string[],
  { ask, signal }: { readonly ask: Ask; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, string>> {
  const written = new Map(names.map((name) => [name, name]))
  if (names.length === 0) return written
  const path = `/${names.map(encodeURIComponent).join(',')}/_alias`
  const answer = await ask({ method: 'GET', path, query: { ignore_unavailable: 'true' } }, signal)
  if (answer.kind === 'unreachable' || (answer.kind === 'refused' && isForNow(answer.status))) {
    throw new RetriableError(`Aliases in Elasticsearch can't be looked up: ${failureText(answer)}`)
  }
  if (answer.kind === 'refused') return written
  for (const name of names) {
    const indices = Object.entries(answer.body as Aliases).filter(([, found]) => found.aliases?.[name])
    const target = indices.find(([, { aliases }]) => aliases?.[name]?.is_write_index) ?? indices[0]
    if (target !== undefined) written.set(name, target[0])
  }
  return written
}

function isForNow(status: number): boolean {
  return requestOutcomeOf(status) === 'retry'
}
