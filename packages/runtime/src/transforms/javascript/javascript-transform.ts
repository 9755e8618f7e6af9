import { createRequire } from 'node:module'
import {
  type ConfigOf,
  defineTransform,
  kindOf,
  list,
  pairs,
  type RecordData,
  RecordError,
  type RecordPart,
  string,
  type Transform,
} from '@sluice/template'
import { ConfigError } from '../../task/config-error.ts'
import { addedFieldsIssue, openAddedFields } from './added-fields.ts'
import { type JavaScriptAllowances, javaScriptAllowances } from './allowances.ts'
import { compileExpression, type RecordFunction } from './expression.ts'
import { applyOutcome } from './outcome.ts'

const recordParts: readonly RecordPart[] = ['key', 'value', 'headers', 'topic', 'partition', 'timestamp']

const config = {
  expression: string({
    doc: 'Is a JavaScript expression of record, or of topic, partition, key, value, headers and timestamp. It gives true (the record stays), false or null (it is dropped), or an object of new parts. The worker must allow it by javascript.transform.expressions.',
    importance: 'HIGH',
    optional: true,
  }),
  path: string({
    doc: 'Names a module whose default export is a function of a record that gives the same. The worker must allow it by javascript.transform.paths.',
    importance: 'HIGH',
    optional: true,
  }),
  touches: list({
    doc: 'Names the parts of a record that are looked at or changed. Without key and value, neither is decoded where that can be helped.',
    default: recordParts,
    validate: (names) => partsIssue(names),
  }),
  valueFields: pairs({
    doc: 'Adds fields to the schema of values, name:type separated by commas, for what the function adds.',
    default: new Map(),
    validate: addedFieldsIssue,
  }),
}

/** A transform in a line of JavaScript, or a module. */
export const javaScriptTransform = defineTransform({
  name: 'javascript',
  aliases: ['JavaScript'],
  version: '0.1.0',
  doc: 'Runs a JavaScript expression or module on each record. Off unless worker.properties allows it, for the code runs with all rights of the worker: it is no sandbox.',
  config,
  touches: (settings) => settings.touches as readonly RecordPart[],
  // the chain adds what the operator allows; nobody else can
  open: (context) => openTransform(context.config, (context as { allowed?: JavaScriptAllowances }).allowed),
})

export function isJavaScriptTransform(definition: unknown): boolean {
  return definition === javaScriptTransform
}

function openTransform(
  settings: ConfigOf<typeof config>,
  allowed = javaScriptAllowances(new Map()),
): Transform {
  const run = recordFunction(settings, allowed)
  const withFields = openAddedFields(settings.valueFields)
  return {
    apply: (record) => {
      const given = Object.freeze({ ...record })
      const outcome = applyOutcome(given, called(run, given))
      return outcome && withFields(given, outcome)
    },
  }
}

/** What a function throws is the record's fault, unless it says otherwise. */
function called(run: RecordFunction, record: RecordData): unknown {
  try {
    return run(record)
  } catch (cause) {
    if (kindOf(cause) !== 'fatal') throw cause
    throw new RecordError(`The function failed: ${String(cause)}`, {
      cause,
    })
  }
}

function recordFunction(
  { expression, path }: ConfigOf<typeof config>,
  allowed: JavaScriptAllowances,
): RecordFunction {
  if ((expression === undefined) === (path === undefined)) {
    throw issue('expression', 'or path is required, and not both')
  }
  return expression === undefined ? loadModule(path!, allowed) : expressionFunction(expression, allowed)
}

function expressionFunction(text: string, allowed: JavaScriptAllowances): RecordFunction {
  if (!allowed.expressions) {
    throw issue(
      'expression',
      'is not allowed on this worker: javascript.transform.expressions in worker.properties is not true',
    )
  }
  try {
    return compileExpression(text)
  } catch (cause) {
    throw issue('expression', `is no JavaScript expression: ${(cause as Error).message}`)
  }
}

function loadModule(path: string, allowed: JavaScriptAllowances): RecordFunction {
  let found: unknown
  try {
    const module: unknown = createRequire(import.meta.url)(allowed.moduleFile(path))
    found = typeof module === 'function' ? module : (module as { default?: unknown } | null)?.default
  } catch (cause) {
    throw issue('path', (cause as Error).message)
  }
  if (typeof found === 'function') return found as RecordFunction
  throw issue('path', `names ${path}, whose default export is no function`)
}

function issue(field: string, message: string): ConfigError {
  return new ConfigError([{ field, message }])
}

function partsIssue(names: readonly string[]): string | undefined {
  const unknown = names.find((name) => !(recordParts as readonly string[]).includes(name))
  return unknown === undefined ? undefined : `has ${unknown}; the parts are ${recordParts.join(', ')}`
}
