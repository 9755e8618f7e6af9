import type { Issue } from '@sluice/template'
import type { Settings } from './settings.ts'
import type { WorkerConfig } from './worker-fields.ts'

export interface OverridePolicy {
  readonly policy: WorkerConfig['connectorClientConfigOverridePolicy']
  readonly allowlist: readonly string[]
}

/** Who a connector logs in as: what the policy Principal lets it choose. Source: KIP-458. */
const principal = ['security.protocol', 'sasl.jaas.config', 'sasl.mechanism']

const override = /^(?:producer|consumer|admin)\.override\.(.+)$/

/** The overrides of client settings that the worker's policy doesn't let a connector make. Source: KIP-458, KIP-1188. */
export function overrideIssues(settings: Settings, how: OverridePolicy): Issue[] {
  if (how.policy === 'All') return []
  const allowed: readonly string[] = { None: [], Principal: principal, Allowlist: how.allowlist }[how.policy]
  return [...settings.keys()].flatMap((key) => {
    const client = override.exec(key)?.[1]
    if (client === undefined || allowed.includes(client)) return []
    const message = `may not be overridden here: the worker's connector.client.config.override.policy is ${how.policy}`
    return [{ field: key, message }]
  })
}
