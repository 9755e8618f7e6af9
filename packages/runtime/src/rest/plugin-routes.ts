import type { FastifyInstance } from 'fastify'
import type { Plugin, PluginRegistry } from '../plugins/registry.ts'
import { meetsVersion } from '../plugins/version-range.ts'
import { RequestError } from '../worker/request-error.ts'
import type { Worker } from '../worker/worker.ts'
import { connectorsHere } from './connectors-here.ts'
import { settingsOfBody } from './bad-request.ts'
import { configInfos } from './config-infos.ts'
import { configKeys } from './config-keys.ts'
import { pluginsOfType } from './plugin-list.ts'

interface PluginNamed {
  Params: { plugin: string }
}

/** What is installed, and what settings it takes. */
export function pluginRoutes(app: FastifyInstance, worker: Worker): void {
  app.get<{ Querystring: { connectorsOnly?: string } }>('/connector-plugins', async ({ query }) => {
    const connectorsOnly = (query.connectorsOnly ?? 'true').toLowerCase() === 'true'
    return (connectorsOnly ? connectorTypes : allTypes).flatMap((type) =>
      pluginsOfType(worker.plugins, type).map(({ definition }) => ({
        class: definition.name,
        type,
        version: definition.version,
      })),
    )
  })

  app.get<PluginNamed & { Querystring: { version?: string } }>(
    '/connector-plugins/:plugin/config',
    async ({ params, query }) => {
      const plugin = find(worker.plugins, params.plugin)
      refuseVersion(plugin, query.version)
      return configKeys(plugin)
    },
  )

  app.put<PluginNamed>('/connector-plugins/:plugin/config/validate', async ({ params, body }) => {
    const { settings, issues: nulls } = settingsOfBody(body)
    const named = settings.get('connector.class')
    // what the settings hold isn't shown: secrets may be among them
    if (named === undefined) throw new RequestError(400, 'Connector config contains no connector type')
    if (!isSame(worker.plugins, named, params.plugin)) {
      throw new RequestError(
        400,
        `Included connector type ${named} does not match request type ${params.plugin}`,
      )
    }
    const plugin = connector(worker.plugins, named)
    const issues = [...nulls, ...(await connectorsHere(worker).validate(settings))]
    return configInfos(plugin, { settings, issues, worker: worker.settings, registry: worker.plugins })
  })
}

const connectorTypes = ['sink', 'source'] as const
const allTypes = [...connectorTypes, 'transformation', 'predicate', 'converter', 'header_converter'] as const
const allKinds = ['sink', 'source', 'transform', 'predicate', 'converter'] as const

function find(plugins: PluginRegistry, name: string): Plugin {
  for (const kind of allKinds) {
    try {
      return plugins.get(kind, name)
    } catch {
      // perhaps one of another kind
    }
  }
  throw new RequestError(404, `Unknown plugin ${name}.`)
}

/** KIP-891: only one version of a plug-in is ever installed. */
function refuseVersion({ definition }: Plugin, wanted: string | undefined): void {
  if (wanted === undefined || wanted === 'latest') return
  const { name, version } = definition
  let met: boolean
  try {
    met = meetsVersion(version, wanted)
  } catch (cause) {
    throw new RequestError(400, `Invalid version specification: ${wanted}`, { cause })
  }
  if (met) return
  throw new RequestError(
    400,
    `Plugin ${name} not found that matches the version range ${wanted}, available versions: [${version}]`,
  )
}

function connector(plugins: PluginRegistry, name: string): Plugin {
  try {
    return plugins.connector(name)
  } catch (cause) {
    const message = `Failed to find any class that implements Connector and which name matches ${name}. ${(cause as Error).message}`
    throw new RequestError(400, message, { cause })
  }
}

/** Two names of one plug-in, short forms of a class's name included; or, where there is none of the name, forms of one name. */
function isSame(plugins: PluginRegistry, included: string, requested: string): boolean {
  const [long, short] = [normalized(included), normalized(requested)]
  if (long === short || long.endsWith(`.${short}`)) return true
  try {
    return plugins.connector(included) === plugins.connector(requested)
  } catch {
    return false
  }
}

function normalized(name: string): string {
  return name.replace(/(?<=.)Connector$/, '')
}
