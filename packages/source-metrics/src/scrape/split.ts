import { ConfigurationError, type SplitContext } from '@sluice/template'
import type { MetricsConfig } from '../config/fields.ts'
import { discover } from '../discovery/discover.ts'
import { divide, identity } from './divide.ts'
import type { Target } from './target.ts'

/** A task's share: targets to scrape; null for the other inputs. */
export type Slice = { readonly targets: readonly Target[] } | null

/** Divides the targets over the tasks, and watches for targets that come and go. */
export async function splitTargets(context: SplitContext<MetricsConfig>): Promise<readonly Slice[]> {
  const targets = limited(context, await discover(context))
  if (targets.length === 0)
    context.log.warn({}, 'There is no target; looking again at scrape.discovery.interval.ms.')
  if (watched(context.config)) watch(context, targets)
  if (targets.length === 0) return [{ targets: [] }]
  return divide(targets, context.maxTasks).map((share) => ({ targets: share }))
}

function limited(
  { config, log, metrics }: SplitContext<MetricsConfig>,
  found: readonly Target[],
): readonly Target[] {
  const limit = config.scrapeTargetLimit
  const left = limit === 0 ? 0 : Math.max(0, found.length - limit)
  metrics.gauge('targets', 'Targets that are scraped.').set(found.length - left)
  metrics.gauge('targets_left_out', 'Targets beyond scrape.target.limit.').set(left)
  if (left === 0) return found
  log.warn(
    { targets: found.length, limit },
    `${left} targets are beyond scrape.target.limit and aren't scraped. Raise it, or narrow what is discovered.`,
  )
  return found.slice(0, limit)
}

function watched(config: MetricsConfig): boolean {
  return [config.scrapeFileSdFiles, config.scrapeDnsNames, config.scrapeEc2Tags].some(
    ({ length }) => length > 0,
  )
}

/** Looks again and again, until the signal aborts or the targets have changed. A timer that nothing waits for keeps no process alive. */
function watch(context: SplitContext<MetricsConfig>, known: readonly Target[]): void {
  const { config, signal, log } = context
  const look = async (): Promise<void> => {
    if (signal.aborted) return
    try {
      const targets = limited(context, await discover(context))
      if (targets.map(identity).join() !== known.map(identity).join()) {
        log.info({ before: known.length, now: targets.length }, 'Targets came or went; dividing them anew.')
        return context.resplit()
      }
    } catch (error) {
      if (signal.aborted) return
      const message = 'Could not look for targets; those that are known go on, and it is tried again.'
      log.warn({ err: error instanceof ConfigurationError ? error.message : error }, message)
    }
    watch(context, known)
  }
  setTimeout(() => void look(), config.scrapeDiscoveryIntervalMs).unref()
}
