import { type ConfigFields, looksLikeReference, MASK, maskSecrets } from '@sluice/template'
import type { Settings } from '../config/settings.ts'

/** What to say of passwords that are written out in a connector's settings; undefined: nothing. */
export function literalSecretsWarning(
  fields: ConfigFields,
  settings: Settings,
  isReference: (text: string) => boolean,
): string | undefined {
  const masked = maskSecrets(fields, settings)
  const probed = maskSecrets(fields, new Map([...settings.keys()].map((key) => [key, 'probe'])))
  const literal: string[] = []
  const unknown: string[] = []
  for (const [key, text] of settings) {
    if (text.trim() !== '' && masked.get(key) !== text) literal.push(key)
    else if (probed.get(key) === MASK && looksLikeReference(text) && !isReference(text)) unknown.push(key)
  }
  const sentences = [
    ...(literal.length === 0
      ? []
      : [
          `${literal.join(', ')} ${literal.length === 1 ? 'has its' : 'have their'} secret written out, and so it is stored. ${advice}`,
        ]),
    ...(unknown.length === 0
      ? []
      : [
          `${unknown.join(', ')} looks like a reference, but config.providers of the worker names no such provider: it is taken as it is.`,
        ]),
  ]
  return sentences.length === 0 ? undefined : sentences.join(' ')
}

const advice =
  'Better keep it apart and refer to it by a config provider, such as ${file:/run/secrets/orders.properties:password}; docs/SECRETS.md says how.'
