import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../monitoring/grafana/', import.meta.url)

/** What a panel and a variable hold, as far as it is asked for. */
interface Dashboard {
  readonly panels: ReadonlyArray<{ readonly targets?: ReadonlyArray<{ readonly expr: string }> }>
  readonly templating: { readonly list: ReadonlyArray<{ readonly name: string }> }
}

/** The queries of all panels of all dashboards, as Grafana asks them where everything is chosen. */
export function dashboardQueries(): readonly string[] {
  return readdirSync(folder).flatMap((file) => {
    const { panels, templating } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Dashboard
    const variables = templating.list.map(({ name }) => name)
    return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => substituted(expr, variables)))
  })
}

function substituted(query: string, variables: readonly string[]): string {
  const ranged = query.replaceAll('$__rate_interval', '1m')
  return variables.reduce((text, name) => text.replaceAll(`$${name}`, '.*'), ranged)
}
