/**
 * How many ways an expression has to go through a text of n characters, at most: `factor * n ** degree`. JavaScript's engine may try all of
 * them. `Infinity` as degree: they grow with every character.
 */
export interface Cost {
  readonly factor: number
  readonly degree: number
}

export const oneWay: Cost = { factor: 1, degree: 0 }

export function oneAfterTheOther(costs: readonly Cost[]): Cost {
  return {
    factor: costs.reduce((product, { factor }) => product * factor, 1),
    degree: costs.reduce((sum, { degree }) => sum + degree, 0),
  }
}

export function oneOfThem(costs: readonly Cost[]): Cost {
  return {
    factor: costs.reduce((sum, { factor }) => sum + factor, 0),
    degree: Math.max(...costs.map(({ degree }) => degree)),
  }
}

export function repeated(
  cost: Cost,
  { least, most }: { readonly least: number; readonly most: number },
): Cost {
  if (cost.degree === 0 && cost.factor === 1) {
    return most === Infinity ? { factor: 1, degree: 1 } : { factor: most - least + 1, degree: 0 }
  }
  if (most <= 1) return { factor: cost.factor + (least === 0 ? 1 : 0), degree: cost.degree }
  return { factor: 1, degree: Infinity }
}

export function waysThrough(text: string, { factor, degree }: Cost): number {
  return factor * (text.length + 1) ** degree
}
