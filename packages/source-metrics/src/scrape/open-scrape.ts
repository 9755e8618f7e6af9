import type { SourceContext, SourceTask } from '@sluice/template'
import type { MetricsConfig } from '../config/fields.ts'
import { Outbox } from '../outbox.ts'
import { recordMakerFor } from '../records/record-maker-for.ts'
import { compileRules } from '../rules/label-rules.ts'
import { rulesOf } from '../rules/configured-rules.ts'
import { scrapeFigures } from './figures.ts'
import { HttpGet } from './http-get.ts'
import type { Target } from './target.ts'
import { type ScrapeOffset, type ScraperParts, TargetScraper } from './target-scraper.ts'
import { tlsOptions } from './tls.ts'

/** Opens a task that scrapes targets: each by its own clock, beside the polls, which take what has come in. */
export async function openScrape(
  context: Pick<SourceContext<MetricsConfig, unknown, unknown>, 'config' | 'task' | 'log' | 'metrics'>,
  targets: readonly Target[],
): Promise<SourceTask<ScrapeOffset>> {
  const { config, task, log, metrics } = context
  const figures = scrapeFigures(metrics)
  const maker = recordMakerFor(config)
  const outbox = new Outbox<ScrapeOffset>(maker, () => figures.unsayable.add())
  const http = new HttpGet(await tlsOptions(config))
  const rules = compileRules(rulesOf(config))
  const parts: ScraperParts = { config, job: task.connector, http, rules, maker, outbox, figures, log }
  const closing = new AbortController()
  const runs = targets.map((target) => new TargetScraper(target, parts).run(closing.signal))
  return {
    poll: async ({ signal, maxRecords }) => {
      const records = await outbox.take(maxRecords, signal)
      figures.waiting.set(outbox.points)
      return records
    },
    close: async () => {
      closing.abort(new Error('the task is closed'))
      await Promise.all(runs)
      http.close()
    },
  }
}
