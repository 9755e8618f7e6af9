import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Logger } from '@sluice/template'
import type { Settings } from '../config/settings.ts'
import type { KafkaReach } from '../kafka/types.ts'
import { ConfigError } from '../task/config-error.ts'

/** What finds clusters of Amazon MSK and logs in by IAM. Installed by those who need it: it brings AWS's SDK. */
const packageName = '@sluice/aws-login'

/** How a cluster is reached: client settings that stand in for those that were missing, and functions. */
export interface MskAccess extends KafkaReach {
  readonly settings: Settings
}

/** What the package exports. */
interface MskPackage {
  openMskAccess(settings: Settings, how: { readonly log: Logger }): Promise<MskAccess>
}

/**
 * Asks @sluice/aws-login where the settings name a cluster of Amazon MSK or a login by IAM; undefined where they don't. Rejects with a ConfigError where
 * the package is missing, and with what it says is wrong: a cluster that isn't there, no credentials.
 */
export async function mskAccess(
  settings: Settings,
  how: { readonly base: string; readonly log: Logger },
): Promise<MskAccess | undefined> {
  const reason = [...settings].find(([key, value]) => isOfMsk(key, value))?.[0]
  if (reason === undefined) return undefined
  const { openMskAccess } = await load(reason, how.base)
  return openMskAccess(settings, { log: how.log })
}

/** `msk.*`, and what aws-msk-iam-auth's users have in their settings, with `producer.` and the like before it or not. */
function isOfMsk(key: string, value: string): boolean {
  if (key.startsWith('msk.')) return true
  if (/(^|\.)sasl\.mechanism$/.test(key)) return value.trim().toUpperCase() === 'AWS_MSK_IAM'
  return /(^|\.)sasl\./.test(key) && value.includes('software.amazon.msk.auth.iam.')
}

async function load(reason: string, base: string): Promise<MskPackage> {
  const found = resolved(base)
  if (found === undefined) {
    const message = `needs the package ${packageName}: npm install ${packageName} beside the worker`
    throw new ConfigError([{ field: reason, message }])
  }
  return (await import(pathToFileURL(found).href)) as MskPackage
}

/** Beside the worker's settings and plug-ins, beside the program, beside the runtime. */
function resolved(base: string): string | undefined {
  const program = process.argv[1]
  const places = [join(base, 'package.json'), ...(program ? [program] : []), fileURLToPath(import.meta.url)]
  for (const place of places) {
    try {
      return createRequire(place).resolve(packageName)
    } catch {
      // the next place may have it
    }
  }
  return undefined
}
