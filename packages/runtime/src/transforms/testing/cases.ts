import { castCases } from './cases/cast.ts'
import { chainCases } from './cases/chains.ts'
import { eventRouterCases } from './cases/event-router.ts'
import { extractNewRecordStateCases } from './cases/extract-new-record-state.ts'
import {
  extractFieldCases,
  flattenCases,
  hoistFieldCases,
  replaceFieldCases,
  setSchemaMetadataCases,
  valueToKeyCases,
} from './cases/fields.ts'
import { dropHeadersCases, headerFromCases, insertHeaderCases } from './cases/headers.ts'
import { insertFieldCases } from './cases/insert-field.ts'
import { maskFieldCases } from './cases/mask-field.ts'
import { longCases, pairCases } from './cases/pairs.ts'
import { predicateCases, regexRouterCases, timestampRouterCases } from './cases/routers.ts'
import { timestampConverterCases } from './cases/timestamp-converter.ts'
import { keyTwins, withPredicates } from './cases/twins.ts'
import type { GoldenCase } from './golden-case.ts'

const singles: readonly GoldenCase[] = [
  ...castCases,
  ...chainCases,
  ...eventRouterCases,
  ...extractNewRecordStateCases,
  ...dropHeadersCases,
  ...extractFieldCases,
  ...flattenCases,
  ...headerFromCases,
  ...hoistFieldCases,
  ...insertFieldCases,
  ...insertHeaderCases,
  ...maskFieldCases,
  ...predicateCases,
  ...regexRouterCases,
  ...replaceFieldCases,
  ...setSchemaMetadataCases,
  ...timestampConverterCases,
  ...timestampRouterCases,
  ...valueToKeyCases,
]

/** What the JVM's transforms and ours are both asked. */
export const goldenCases: readonly GoldenCase[] = [
  ...singles,
  ...pairCases,
  ...longCases,
  ...keyTwins(singles),
  ...withPredicates(singles),
]
