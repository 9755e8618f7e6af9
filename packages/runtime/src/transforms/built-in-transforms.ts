import type { TransformDefinition } from '@sluice/template'
import { extractFieldOfKey, extractFieldOfValue } from './built-in/extract-field.ts'
import { regexRouter } from './built-in/regex-router.ts'
import { replaceFieldOfKey, replaceFieldOfValue } from './built-in/replace-field.ts'
import { valueToKey } from './built-in/value-to-key.ts'

/** The transforms that every worker knows. */
export const builtInTransforms = [
  valueToKey,
  extractFieldOfKey,
  extractFieldOfValue,
  replaceFieldOfKey,
  replaceFieldOfValue,
  regexRouter,
] as unknown as readonly TransformDefinition[]
