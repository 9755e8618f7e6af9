import { type Family, type MetricType, metricTypes } from '../model/metric.ts'
import { unescaped } from './series-text.ts'

/** How a sample belongs to its family: as it is, or as a part of something whole. */
export type Part = 'plain' | 'bucket' | 'quantile' | 'sum' | 'count'

export interface Membership {
  readonly family: Family
  readonly part: Part
}

type Known = { -readonly [K in keyof Family]: Family[K] }

const suffixes: ReadonlyArray<{
  readonly suffix: string
  readonly of: readonly MetricType[]
  readonly part: Part
}> = [
  { suffix: '_bucket', of: ['histogram', 'gaugehistogram'], part: 'bucket' },
  { suffix: '_sum', of: ['histogram', 'summary'], part: 'sum' },
  { suffix: '_count', of: ['histogram', 'summary'], part: 'count' },
  { suffix: '_gsum', of: ['gaugehistogram'], part: 'sum' },
  { suffix: '_gcount', of: ['gaugehistogram'], part: 'count' },
  { suffix: '_total', of: ['counter'], part: 'plain' },
  { suffix: '_info', of: ['info'], part: 'plain' },
]

/** Could a sample of this text be of the family `name`, be it a part of it? */
export function mayBelong(text: string, name: string): boolean {
  if (!text.startsWith(name)) return false
  const rest = text.slice(name.length).replace(/[\s{].*$/s, '')
  return rest === '' || suffixes.some(({ suffix }) => suffix === rest)
}

/** The families that a target's page declares: they outlive the page, so that a series goes on in the same one. */
export class Families {
  readonly #known = new Map<string, Known & { seenIn: number; hasMembers: boolean }>()
  readonly #onChange: (name: string) => void
  #page = 0
  #touched = 0

  /** `onChange`: what was said of the memberships of samples of this name, or of it with one of the suffixes, no longer holds. */
  constructor(onChange: (name: string) => void) {
    this.#onChange = onChange
  }

  beginPage(): void {
    this.#page++
    this.#touched = 0
  }

  /** Forgets what the page didn't have. */
  endPage(): void {
    if (this.#touched === this.#known.size) return
    for (const [name, { seenIn }] of this.#known) if (seenIn !== this.#page) this.#known.delete(name)
  }

  /** Reads a line that begins with `#`. False: it says something that can't be. */
  declare(line: string): boolean {
    const [, keyword, name, rest = ''] = /^#[ \t]+(\S+)[ \t]*(\S*)[ \t]*(.*)$/s.exec(line) ?? []
    if (name === undefined || name === '') return true
    if (keyword === 'TYPE') return this.#type(bare(name), rest.trim())
    if (keyword === 'HELP') this.#of(bare(name)).help = unescaped(rest)
    if (keyword === 'UNIT' && rest !== '') this.#of(bare(name)).unit = rest.trim()
    return true
  }

  /** Where a sample of this name belongs to. */
  membership(name: string, hasLabel: (label: string) => boolean): Membership {
    const own = this.#known.get(name)
    if (own && own.type !== 'unknown') return this.#member(own, exact(own, hasLabel))
    for (const { suffix, of, part } of suffixes) {
      if (!name.endsWith(suffix)) continue
      const family = this.#known.get(name.slice(0, -suffix.length))
      if (!family || !of.includes(family.type)) continue
      if (part !== 'bucket' || hasLabel('le')) return this.#member(family, { family, part })
    }
    const family = this.#of(name)
    return this.#member(family, { family, part: 'plain' })
  }

  #member(family: { hasMembers: boolean }, membership: Membership): Membership {
    family.hasMembers = true
    return membership
  }

  #type(name: string, text: string): boolean {
    const lower = text.toLowerCase()
    const type = metricTypes.find((one) => one === (lower === 'untyped' ? 'unknown' : lower))
    const family = this.#of(name)
    const is = type ?? 'unknown'
    if (family.type !== is) {
      const names = [name, ...suffixes.map(({ suffix }) => name + suffix)]
      const isAskedFor = names.some((one) => this.#known.get(one)?.hasMembers)
      family.type = is
      if (isAskedFor) this.#onChange(name)
    }
    return type !== undefined
  }

  #of(name: string): Known & { hasMembers: boolean } {
    const known = this.#known.get(name) ?? { name, type: 'unknown' as const, seenIn: 0, hasMembers: false }
    if (known.seenIn !== this.#page) {
      known.seenIn = this.#page
      this.#touched++
      this.#known.set(name, known)
    }
    return known
  }
}

function exact(family: Family, hasLabel: (label: string) => boolean): Membership {
  if (family.type === 'summary' && hasLabel('quantile')) return { family, part: 'quantile' }
  return { family, part: 'plain' }
}

/** Names may stand in quotes. */
function bare(name: string): string {
  return name.length > 1 && name.startsWith('"') && name.endsWith('"') ? unescaped(name.slice(1, -1)) : name
}
