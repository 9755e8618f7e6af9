import { compileFunction, createContext } from 'node:vm'
import type { RecordData } from '@sluice/template'

/** Makes something of a record; what, `outcome.ts` says. */
export type RecordFunction = (record: RecordData) => unknown

const names = ['topic', 'partition', 'key', 'value', 'headers', 'timestamp'] as const

/**
 * Compiles an expression in which `record` and its parts are known. It sees no globals of Node, so that mistakes stay small; that keeps
 * nobody from getting at them who wants to. Throws a SyntaxError.
 */
export function compileExpression(text: string): RecordFunction {
  const context = createContext(
    // values must be of our own classes: converters know a Date by its class
    { Date, Map, Set, Uint8Array },
    { name: 'sluice transform', codeGeneration: { strings: false, wasm: false } },
  )
  const body = `'use strict'; return (${text}\n)`
  const evaluate = compileFunction(body, ['record', ...names], {
    parsingContext: context,
    filename: 'expression',
  })
  return (record) => evaluate(record, ...names.map((name) => record[name])) as unknown
}
