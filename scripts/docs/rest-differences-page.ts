import { allowed } from '../../tests/rest/differences.ts'
import { madeBy } from './reference-page.ts'
import { markdownTable } from './markdown.ts'

/** What REST answers otherwise than Kafka Connect, from the list that the comparison is judged by. */
export function restDifferencesPage(): string {
  const rows = allowed.map(({ what, why, steps, only }) => [
    only ? `${what} (${only} alone)` : what,
    why,
    steps.split('|').map(shown).join(', '),
  ])
  return `# Where REST answers otherwise than Kafka Connect

A test sends the requests in [tests/rest/steps](../tests/rest/steps) to Sluice, standalone and distributed, and compares every field of the answers with those that a worker of Apache Kafka Connect
4.1 gave ([recorded.jsonl](../tests/rest/recorded.jsonl); \`npx -y pnpm@12 golden:rest\` records them anew): status, body, and the headers Content-Type, Location and
Allow. Versions, ids, times, host names and stack traces are compared for being there. What differs is here, or the test fails. ${madeBy}

${markdownTable([['what differs', 'why', 'in these requests'], ...rows])}`
}

function shown(steps: string): string {
  return `\`${steps}\``
}
