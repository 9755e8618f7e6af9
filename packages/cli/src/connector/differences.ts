import { MASK } from '@sluice/template'
import type { Settings } from '@sluice/runtime'
import { renderTable } from '../stack/table.ts'
import type { Mask } from './masking.ts'

export interface Difference {
  readonly key: string
  /** Undefined: it is added. */
  readonly from: string | undefined
  /** Undefined: it is taken away. */
  readonly to: string | undefined
}

/** What would change, secrets masked, by key. A secret that can't be compared, for the worker doesn't show it, counts as changed. */
export function differences(before: Settings, after: Settings, mask: Mask): readonly Difference[] {
  const [shownBefore, shownAfter] = [mask(before), mask(after)]
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  return keys.flatMap((key) => {
    const [from, to] = [before.get(key), after.get(key)]
    return from === to ? [] : [{ key, from: shownBefore.get(key), to: shownAfter.get(key) }]
  })
}

export function differencesText(all: readonly Difference[]): string {
  if (all.length === 0) return '  nothing differs\n'
  return renderTable(all.map(rowOf)).replace(/^(?=.)/gm, '  ')
}

function rowOf({ key, from, to }: Difference): readonly string[] {
  if (from === undefined) return ['+', key, to ?? '']
  if (to === undefined) return ['-', key, from]
  if (from === to && from.includes(MASK))
    return ['~', key, `${to}  (a secret; what is there isn't shown, so it is set anew)`]
  return ['~', key, `${from}  ->  ${to}`]
}
