import { type KafkaReach, LetterDesk, type LetterTopic, type Settings } from '@sluice/runtime'
import { stringifyJson } from '@sluice/template'
import { renderTable } from '../stack/table.ts'
import { stderrLogger } from './connection.ts'
import { letterTopicsOf } from './connectors.ts'
import { reasonLine, timeText } from './letter-text.ts'

export interface ListOptions {
  readonly settings: Settings
  readonly reach: KafkaReach
  readonly connectors: ReadonlyMap<string, Settings>
  readonly all: boolean
  readonly json: boolean
}

/** The dead-letter topics of a cluster, as a table or as JSON. */
export async function list({ settings, reach, connectors, all, json }: ListOptions): Promise<string> {
  const desk = new LetterDesk(settings, stderrLogger, { reach })
  try {
    const topics = await desk.topics({ named: letterTopicsOf(connectors), all })
    return json ? `${stringifyJson(topics.map(described))}\n` : listText(topics, all)
  } finally {
    await desk.close()
  }
}

export function listText(topics: readonly LetterTopic[], all: boolean): string {
  if (topics.length === 0) return all ? nowhere : noneFound
  const rows = topics.map(({ topic, exists, letters, left, connectors, newest }) => [
    topic,
    exists ? String(letters) : '-',
    exists ? String(left) : '-',
    newest ? timeText(newest).slice(0, 19) : '-',
    connectors.join(', ') || '-',
    exists ? (newest ? reasonLine(newest, 60) : '(empty)') : '(is made with its connector’s first start)',
  ])
  return renderTable([
    ['TOPIC', 'LETTERS', 'NOT SENT AGAIN', 'NEWEST (UTC)', 'CONNECTORS', 'WHY THE NEWEST'],
    ...rows,
  ])
}

const nowhere = 'No topic holds dead letters.\n'
const noneFound = `No topic with a name like that of a dead-letter topic holds dead letters.
Connectors name theirs in errors.deadletterqueue.topic.name: --rest asks a worker for them, --all looks into every topic.
`

function described({ newest, ...rest }: LetterTopic): object {
  return {
    ...rest,
    ...(newest && { newestAt: timeText(newest).replace(' ', 'T'), newestReason: newest.reason }),
  }
}
