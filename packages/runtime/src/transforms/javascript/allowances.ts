import { realpathSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { boolean, list, parseConfig } from '@sluice/template'

/** What the operator allows in worker.properties. Code that a setting names runs with all rights of the worker, whoever wrote the setting. */
export const javaScriptWorkerFields = {
  javascriptTransformPaths: list({
    doc: 'Modules, and folders of modules, that the transform javascript may run; empty: none. They run with all rights of the worker.',
    default: [],
  }),
  javascriptTransformExpressions: boolean({
    doc: 'Allows expressions in the settings of the transform javascript. They run with all rights of the worker: whoever may configure a connector may then run code.',
    default: false,
  }),
}

export interface JavaScriptAllowances {
  readonly expressions: boolean
  /** The file of a module that may run. Throws an Error, whose message follows the setting's name, for any other. */
  moduleFile(path: string): string
}

/** Nothing, unless the worker's settings say otherwise. */
export function javaScriptAllowances(worker: ReadonlyMap<string, string>): JavaScriptAllowances {
  const { config } = parseConfig(javaScriptWorkerFields, worker)
  return {
    expressions: config?.javascriptTransformExpressions ?? false,
    moduleFile: (path) => allowedFile(path, config?.javascriptTransformPaths ?? []),
  }
}

/** Links are followed first: one that leads out of an allowed folder doesn't help. */
function allowedFile(path: string, allowed: readonly string[]): string {
  const places = allowed.flatMap((place) => realPath(resolve(place)) ?? [])
  const file = realPath(resolve(path))
  if (file !== undefined && places.some((place) => file === place || file.startsWith(place + sep)))
    return file
  // whether there is a file elsewhere is nobody's business
  throw new Error(
    `names ${path}, which is no file that the worker may run: javascript.transform.paths in worker.properties lists those`,
  )
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
