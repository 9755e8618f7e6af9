import type { SinkContext, SinkTask } from '@sluice/template'
import type { Answer, Ask } from '../elasticsearch.ts'
import type { Settings } from '../fields.ts'
import { taskOver } from '../task.ts'

export interface FakeItem {
  readonly status: number
  readonly error?: { readonly type: string; readonly reason: string }
}

export interface SentAction {
  readonly kind: string
  readonly resource: string
  readonly id: string
  readonly document: unknown
}

/** What a fake server does with a bulk request: an item for each action, or another answer. */
export type BulkRule = (
  actions: readonly SentAction[],
  request: number,
) => readonly FakeItem[] | Answer | Promise<Answer>

/** For faults that a real server can't be made to show: notes bulk requests and answers them by a rule. */
export function fakeServer(rule: BulkRule = (actions) => actions.map(() => ({ status: 201 }))) {
  const bulks: (readonly SentAction[])[] = []
  /** What the next requests for a document are answered. */
  const gets: Answer[] = []
  let inFlight = 0
  let mostInFlight = 0
  const ask: Ask = async (request, signal) => {
    if (request.path.includes('/_doc/')) return gets.shift() ?? { kind: 'ok', body: {} }
    if (request.lines === undefined) return { kind: 'ok', body: {} }
    const actions = actionsIn(request.lines.toString())
    bulks.push(actions)
    inFlight++
    mostInFlight = Math.max(mostInFlight, inFlight)
    try {
      const answer = await rule(actions, bulks.length)
      signal.throwIfAborted()
      if ('kind' in answer) return answer
      return { kind: 'ok', body: { items: answer.map((item) => ({ index: item })) } }
    } finally {
      inFlight--
    }
  }
  const open = (context: SinkContext<Settings>): SinkTask =>
    taskOver(context, {
      profile: { oneFieldKeys: true, dataStreamIdsByPosition: true },
      ask,
      closeConnection: async () => {},
    })
  return {
    bulks,
    gets,
    open,
    mostInFlight: () => mostInFlight,
    idsIn: () => bulks.map((bulk) => bulk.map(({ id }) => id)),
  }
}

function actionsIn(body: string): SentAction[] {
  const lines = body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
    .values()
  return lines
    .map((line): SentAction => {
      const [[kind, { _index: resource, _id: id }] = ['', { _index: '', _id: '' }]] = Object.entries(
        line as Record<string, { _index: string; _id: string }>,
      )
      return { kind, resource, id, document: kind === 'delete' ? undefined : lines.next().value }
    })
    .toArray()
}
