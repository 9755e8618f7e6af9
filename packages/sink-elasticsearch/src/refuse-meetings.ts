import type { SinkContext } from '@sluice/template'
import type { Ask } from './elasticsearch.ts'
import type { Settings } from './fields.ts'
import { type Place, refuseSharedPlaces } from './origins.ts'
import { type Profile, topicPlan } from './planner.ts'
import { writtenIndices } from './written-indices.ts'

/** Rejects where topics that are read would meet in one index or data stream, and something would be lost by that. */
export async function refuseMeetings(
  context: Pick<SinkContext<Settings>, 'config' | 'transforms' | 'routes'>,
  { profile, ask, signal }: { profile: Profile; ask: Ask; signal: AbortSignal },
): Promise<void> {
  const { config: settings, transforms } = context
  const routes = await context.routes()
  const placeOf = (topic: string): Place => topicPlan(topic, settings, profile)
  const isExternal = settings.externalResourceUsage !== 'DISABLED'
  const names = routes.flatMap(({ becomes = [] }) => becomes.map((name) => placeOf(name).resource))
  const written = await writtenIndices(isExternal ? [...new Set(names)] : [], { ask, signal })
  refuseSharedPlaces({ routes, transforms }, (topic) => {
    const { resource, loss } = placeOf(topic)
    return { resource: written.get(resource) ?? resource, loss }
  })
}
