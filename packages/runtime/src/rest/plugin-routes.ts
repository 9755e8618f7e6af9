import type { FastifyInstance } from 'fastify'
import { settingsOf } from '../config/settings.ts'
import type { Plugin } from '../plugins/registry.ts'
import { RequestError } from '../worker/request-error.ts'
import type { Worker } from '../worker/worker.ts'
import { badRequest } from './bad-request.ts'
import { configInfos, configKeys } from './config-infos.ts'

interface PluginNamed {
  Params: { plugin: string }
}

/** What is installed, and what settings it takes. */
export function pluginRoutes(app: FastifyInstance, worker: Worker): void {
  app.get<{ Querystring: { connectorsOnly?: string } }>('/connector-plugins', async ({ query }) => {
    const connectorsOnly = query.connectorsOnly !== 'false'
    return worker.plugins
      .list()
      .filter(({ kind }) => !connectorsOnly || kind === 'source' || kind === 'sink')
      .map(({ kind, definition }) => ({
        class: definition.name,
        type: kind === 'transform' ? 'transformation' : kind,
        version: definition.version,
      }))
  })

  app.get<PluginNamed>('/connector-plugins/:plugin/config', async ({ params }) =>
    configKeys(find(worker, params.plugin)),
  )

  app.put<PluginNamed>('/connector-plugins/:plugin/config/validate', async ({ params, body }) => {
    const plugin = find(worker, params.plugin)
    const settings = new Map(badRequest(() => settingsOf(body, 'The body')))
    const named = settings.get('connector.class')
    if (named !== undefined && !isSame(worker, named, plugin)) {
      throw new RequestError(
        400,
        `Included connector type ${named} does not match request type ${params.plugin}`,
      )
    }
    settings.set('connector.class', named ?? params.plugin)
    return configInfos(plugin, { settings, issues: await worker.connectors.validate(settings) })
  })
}

function find(worker: Worker, name: string): Plugin {
  try {
    return worker.plugins.connector(name)
  } catch (cause) {
    throw new RequestError(404, (cause as Error).message, { cause })
  }
}

function isSame(worker: Worker, name: string, plugin: Plugin): boolean {
  try {
    return worker.plugins.connector(name) === plugin
  } catch {
    return false
  }
}
