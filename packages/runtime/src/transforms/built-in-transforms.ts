import type { PredicateDefinition, TransformDefinition } from '@sluice/template'
import { castOfKey, castOfValue } from './built-in/cast.ts'
import { dropHeaders } from './built-in/drop-headers.ts'
import { extractFieldOfKey, extractFieldOfValue } from './built-in/extract-field.ts'
import { filter } from './built-in/filter.ts'
import { flattenOfKey, flattenOfValue } from './built-in/flatten.ts'
import { headerFromOfKey, headerFromOfValue } from './built-in/header-from.ts'
import { hoistFieldOfKey, hoistFieldOfValue } from './built-in/hoist-field.ts'
import { insertFieldOfKey, insertFieldOfValue } from './built-in/insert-field.ts'
import { insertHeader } from './built-in/insert-header.ts'
import { maskFieldOfKey, maskFieldOfValue } from './built-in/mask-field.ts'
import { regexRouter } from './built-in/regex-router.ts'
import { replaceFieldOfKey, replaceFieldOfValue } from './built-in/replace-field.ts'
import { setSchemaMetadataOfKey, setSchemaMetadataOfValue } from './built-in/set-schema-metadata.ts'
import { timestampConverterOfKey, timestampConverterOfValue } from './built-in/timestamp-converter.ts'
import { timestampRouter } from './built-in/timestamp-router.ts'
import { valueToKey } from './built-in/value-to-key.ts'
import { eventRouter } from './debezium/event-router.ts'
import { extractNewRecordState } from './debezium/extract-new-record-state.ts'
import { javaScriptTransform } from './javascript/javascript-transform.ts'
import { hasHeaderKey } from './predicates/has-header-key.ts'
import { recordIsTombstone } from './predicates/record-is-tombstone.ts'
import { topicNameMatches } from './predicates/topic-name-matches.ts'

/** The transforms that every worker knows. */
export const builtInTransforms = [
  castOfKey,
  castOfValue,
  dropHeaders,
  extractFieldOfKey,
  extractFieldOfValue,
  filter,
  flattenOfKey,
  flattenOfValue,
  headerFromOfKey,
  headerFromOfValue,
  hoistFieldOfKey,
  hoistFieldOfValue,
  insertFieldOfKey,
  insertFieldOfValue,
  insertHeader,
  maskFieldOfKey,
  maskFieldOfValue,
  regexRouter,
  replaceFieldOfKey,
  replaceFieldOfValue,
  setSchemaMetadataOfKey,
  setSchemaMetadataOfValue,
  timestampConverterOfKey,
  timestampConverterOfValue,
  timestampRouter,
  valueToKey,
  extractNewRecordState,
  eventRouter,
  javaScriptTransform,
] as unknown as readonly TransformDefinition[]

/** The predicates that every worker knows. */
export const builtInPredicates = [
  hasHeaderKey,
  recordIsTombstone,
  topicNameMatches,
] as unknown as readonly PredicateDefinition[]
