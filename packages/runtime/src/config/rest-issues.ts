import { type Issue, parseConfig } from '@sluice/template'
import { headerRules } from './header-rules.ts'
import { readListeners } from './listeners.ts'
import { restFields } from './rest-fields.ts'
import type { Settings } from './settings.ts'
import type { WorkerConfig } from './worker-fields.ts'

/** A login by name and password, as Kafka Connect has it. */
export const basicAuthExtension =
  'org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension'

type RestConfig = Pick<WorkerConfig, 'listenersInsecure' | 'restExtensionClasses' | 'restBasicAuthUser'>

/** Is everyone who uses REST asked for a name and a password? */
function hasLogin(config: RestConfig): boolean {
  return config.restExtensionClasses.length > 0 || Object.keys(config.restBasicAuthUser).length > 0
}

/** May REST be reached from other machines? */
export function isOpen(config: RestConfig): boolean {
  return config.listenersInsecure || hasLogin(config)
}

const {
  listeners,
  listenersInsecure,
  adminListeners,
  restExtensionClasses,
  restBasicAuthUser,
  responseHttpHeadersConfig,
} = restFields
const checked = {
  listeners,
  listenersInsecure,
  adminListeners,
  restExtensionClasses,
  restBasicAuthUser,
  responseHttpHeadersConfig,
}

/** What is wrong with the settings of REST beyond single values; apart from the other settings, so that it is told even if one of those is wrong. */
export function restIssues(settings: Settings): readonly Issue[] {
  const { config } = parseConfig(checked, settings)
  if (config === undefined) return []
  const open = isOpen(config)
  return [
    ...readListeners(config.listeners, { open }).issues,
    ...readListeners(config.adminListeners ?? [], { field: 'admin.listeners', open }).issues,
    ...config.restExtensionClasses.flatMap((name) => extensionIssues(name)),
    ...headerIssues(config.responseHttpHeadersConfig),
  ]
}

function extensionIssues(name: string): Issue[] {
  if (name === basicAuthExtension || basicAuthExtension.endsWith(`.${name}`)) return []
  const message = `has ${name}, which is not there: without it REST would take requests that the extension is there to refuse; there is ${basicAuthExtension}`
  return [{ field: 'rest.extension.classes', message }]
}

function headerIssues(text: string): Issue[] {
  try {
    headerRules(text)
    return []
  } catch (error) {
    return [{ field: 'response.http.headers.config', message: (error as Error).message }]
  }
}
