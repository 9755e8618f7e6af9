import { type ConfigFields, type Issue, MASK, maskSecrets } from '@sluice/template'
import type { Settings } from '../config/settings.ts'

/** What a connector has now: settings are shown masked by its fields. */
export interface Known {
  readonly fields: ConfigFields
  readonly settings: Settings
}

/**
 * Settings that were shown masked and are put back unchanged keep their secrets, so that reading settings and writing them back is safe. Not so
 * where anything has changed that decides whom the secrets are sent to: otherwise whoever may write settings could have a secret sent
 * to himself that he was never shown. Such secrets, and masks that nothing is known for, are issues.
 */
export function restoreSecrets(
  given: Settings,
  known: Known | undefined,
): { readonly settings: Settings; readonly issues: readonly Issue[] } {
  const settings = new Map(given)
  const restored: string[] = []
  const before: Settings = known?.settings ?? new Map()
  const shown = known && maskSecrets(known.fields, known.settings)
  for (const [key, text] of shown ?? []) {
    if (given.get(key) !== text || before.get(key) === text) continue
    settings.set(key, before.get(key)!)
    restored.push(key)
  }
  const issues = [...settings].flatMap(([field, value]) => unknownMask(field, value, before))
  const moved = changedDestinations(before, settings)
  if (moved.length === 0) return { settings, issues }
  const message = `is masked: give the secret again, because ${moved.join(', ')} changed, which may decide whom it is sent to`
  return { settings, issues: [...issues, ...restored.map((field) => ({ field, message }))] }
}

function unknownMask(field: string, value: string, before: Settings): Issue[] {
  const masked = value === MASK || value.includes(`:${MASK}@`) || value.includes(`password=${MASK}`)
  if (!masked || before.get(field) === value) return []
  const why = before.has(field)
    ? 'is known for the old value only: give it again'
    : "isn't known here: give the secret itself"
  return [{ field, message: `has ${MASK} in place of a secret that ${why}` }]
}

function changedDestinations(before: Settings, after: Settings): readonly string[] {
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].filter((key) => {
    const [old, now] = [before.get(key), after.get(key)]
    return old !== now && (hasDestinationName(key) || isAddress(old) || isAddress(now))
  })
}

/** Words of a key by which it says whom to reach, by what way, or how to know that it is them. */
const destinationWords = new Set(
  (
    'account addr address addresses bootstrap broker brokers ca cert certificate cluster conf dns domain dsn endpoint endpoints gateway ' +
    'host hostname hostnames hosts jdbc namenode namenodes port ports proxy region sasl security server servers service site socket ssl ' +
    'sslmode tls truststore uri uris url urls'
  ).split(' '),
)

function hasDestinationName(key: string): boolean {
  if (key === 'connector.class') return true
  const words = key
    .replace(/([a-z])([A-Z])/g, '$1.$2')
    .toLowerCase()
    .split(/[._-]/)
  return words.some((word) => destinationWords.has(word))
}

/** A connector of somebody else's may call it what it likes: a URL, or `host:port`. */
function isAddress(value: string | undefined): boolean {
  if (value === undefined) return false
  return (
    value.includes('://') ||
    /(^|[,\s])([a-z][\w.-]*|\d+(\.\d+){3}|\[[\da-f:]+\]):\d{2,5}($|[,/\s])/i.test(value)
  )
}
