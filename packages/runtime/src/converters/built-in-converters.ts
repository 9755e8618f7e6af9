import type { ConverterDefinition } from '@sluice/template'
import { byteArrayConverter } from './byte-array-converter.ts'
import { jsonConverter } from './json/json-converter.ts'
import { primitiveConverters } from './primitive-converters.ts'
import { simpleHeaderConverter } from './simple-header-converter.ts'
import { stringConverter } from './string-converter.ts'

/** The converters that every worker knows. */
export const builtInConverters = [
  jsonConverter,
  stringConverter,
  byteArrayConverter,
  simpleHeaderConverter,
  ...primitiveConverters,
] as unknown as readonly ConverterDefinition[]
