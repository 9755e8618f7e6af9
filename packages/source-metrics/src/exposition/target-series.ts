import { fromMs, fromSecondsText } from '../model/instant.ts'
import type { Labels } from '../model/labels.ts'
import type { Family, Instant, Point, Series } from '../model/metric.ts'
import { makeSeries, withInstanceLabels } from '../model/series.ts'
import type { ApplyRules } from '../rules/label-rules.ts'
import { Families, mayBelong, type Part } from './families.ts'
import { parseNumber } from './parse-number.ts'
import { parseSampleLine, type SampleLine } from './sample-line.ts'
import { parseSeriesText } from './series-text.ts'
import { Whole } from './whole.ts'

/** What a page of a target had. */
export interface Page {
  readonly points: Point[]
  /** Samples on the page, before rules. */
  samples: number
  /** Lines that are none of the format. */
  badLines: number
  /** Samples of a series that the page had before. */
  duplicates: number
}

export interface TargetSeriesOptions {
  readonly instance: string
  readonly labels: Labels
  readonly honorLabels: boolean
  readonly honorTimestamps: boolean
  readonly rules: ApplyRules
}

interface Plain {
  readonly part: 'plain'
  /** Undefined: the rules drop it. */
  readonly series: Series | undefined
  seenIn: number
  /** Before that. */
  seenBefore: number
  timed: boolean
}

interface PartOf {
  readonly part: Exclude<Part, 'plain'>
  readonly whole: Whole
  readonly place: number
  seenIn: number
}

/**
 * The series of one target, kept from page to page by their text: a line whose series is known is not parsed again, and a series that the next page doesn't have has ended.
 */
export class TargetSeries {
  readonly #options: TargetSeriesOptions
  readonly #families = new Families((name) => this.#regroup(name))
  readonly #members = new Map<string, Plain | PartOf>()
  readonly #wholes = new Map<string, Whole>()
  #begun: Whole[] = []
  #seen = 0
  #number = 0
  /** The last page that was complete: its points were given. */
  #complete = 0
  #page: Page = { points: [], samples: 0, badLines: 0, duplicates: 0 }
  #scrapedAt: Instant = fromMs(0)
  #inSeconds = false

  constructor(options: TargetSeriesOptions) {
    this.#options = options
  }

  /** Lines until `end` are of one page. `inSeconds`: times are seconds, as in OpenMetrics; else milliseconds. */
  begin(scrapedAt: Instant, { inSeconds }: { readonly inSeconds: boolean }): Page {
    this.#number++
    this.#seen = 0
    this.#begun = []
    this.#scrapedAt = scrapedAt
    this.#inSeconds = inSeconds
    this.#families.beginPage()
    this.#page = { points: [], samples: 0, badLines: 0, duplicates: 0 }
    return this.#page
  }

  line(line: string): void {
    const first = line.charCodeAt(0)
    // most lines begin with a letter
    if (first > 35) return this.#sample(line)
    if (Number.isNaN(first)) return
    if (first === 35) {
      if (!this.#families.declare(line)) this.#page.badLines++
      return
    }
    const trimmed = line.trim()
    if (trimmed !== '') this.#sample(trimmed)
  }

  /** The page is complete: histograms are put together, and series that it doesn't have have ended. */
  end(): Page {
    const page = this.#page
    for (const whole of this.#begun) {
      if (whole.series) {
        page.points.push({
          series: whole.series,
          time: whole.time ?? this.#scrapedAt,
          value: whole.value(),
        })
      }
    }
    if (this.#seen < this.#members.size) this.#forgetUnseen(page.points)
    this.#families.endPage()
    this.#complete = this.#number
    return page
  }

  /** There is no page, or not all of it: all series of the last complete one have ended. */
  allEnded(at: Instant): Point[] {
    const points: Point[] = []
    this.#number++
    this.#scrapedAt = at
    this.#forgetUnseen(points)
    this.#complete = 0
    return points
  }

  #sample(line: string): void {
    const parsed = parseSampleLine(line)
    const time = parsed && this.#time(parsed)
    const member = time === null ? undefined : parsed && this.#member(parsed.series)
    if (!parsed || !member) {
      this.#page.badLines++
      return
    }
    this.#page.samples++
    if (member.part === 'plain') this.#plain(member, parsed.value, time ?? undefined)
    else this.#part(member, parsed.value, time ?? undefined)
  }

  /** Undefined: none is given, or it doesn't count; null: it is no time. */
  #time({ time }: SampleLine): Instant | undefined | null {
    if (time === undefined) return undefined
    const instant = this.#inSeconds ? fromSecondsText(time) : milliseconds(time)
    if (!instant) return null
    return this.#options.honorTimestamps ? instant : undefined
  }

  #plain(member: Plain, value: number, time: Instant | undefined): void {
    if (member.seenIn !== this.#number) {
      member.seenBefore = member.seenIn
      member.seenIn = this.#number
      this.#seen++
    } else if (!time) {
      this.#page.duplicates++
      return
    }
    member.timed = time !== undefined
    if (member.series) this.#page.points.push({ series: member.series, time: time ?? this.#scrapedAt, value })
  }

  #part(member: PartOf, value: number, time: Instant | undefined): void {
    const { whole } = member
    if (whole.seenIn !== this.#number) {
      whole.begin(this.#number)
      this.#begun.push(whole)
    }
    if (member.seenIn === this.#number) this.#page.duplicates++
    else this.#seen++
    member.seenIn = this.#number
    whole.time ??= time
    if (member.part === 'sum') whole.sum = value
    else if (member.part === 'count') whole.count = value
    else whole.put(member.place, value)
  }

  #member(text: string): Plain | PartOf | undefined {
    const known = this.#members.get(text)
    if (known) return known
    // the page that the text is cut out of is not to be kept for it, nor for labels that are cut out of it
    const own = copied(text)
    const made = this.#makeMember(own)
    if (made) this.#members.set(own, made)
    return made
  }

  /** A family is declared as something else than before: its series go on in it, and what was a series of its own and is now a part has ended. */
  #regroup(name: string): void {
    for (const [text, member] of this.#members) {
      if (!mayBelong(text, name)) continue
      const made = this.#makeMember(text)
      if (!made) continue
      if (member.part === 'plain' && made.part === 'plain') {
        Object.assign(made, { seenIn: member.seenIn, seenBefore: member.seenBefore, timed: member.timed })
      } else {
        if (member.seenIn === this.#number) this.#seen--
        if (member.part === 'plain' && member.series && this.#wasGiven(member) && !member.timed)
          this.#page.points.push({ series: member.series, time: this.#scrapedAt, value: 'stale' })
      }
      this.#members.set(text, made)
    }
  }

  #makeMember(text: string): Plain | PartOf | undefined {
    const parsed = parseSeriesText(text)
    if (!parsed) return undefined
    const { name, labels } = parsed
    const { family, part } = this.#families.membership(name, (label) => labels.some(([own]) => own === label))
    if (part === 'plain') {
      return { part, series: this.#series(family, name, labels), seenIn: 0, seenBefore: 0, timed: false }
    }
    const boundLabel = part === 'bucket' ? 'le' : part === 'quantile' ? 'quantile' : undefined
    const rest = boundLabel ? labels.filter(([own]) => own !== boundLabel) : labels
    const whole = this.#wholeOf(family, rest)
    if (!boundLabel) return { part, whole, place: 0, seenIn: 0 }
    const bound = parseNumber(labels.find(([own]) => own === boundLabel)?.[1] ?? '')
    if (bound === undefined || Number.isNaN(bound)) return undefined
    return { part, whole, place: whole.placeOf(bound), seenIn: 0 }
  }

  #wholeOf(family: Family, labels: readonly (readonly [string, string])[]): Whole {
    const key = JSON.stringify([family.name, labels.toSorted(([a], [b]) => (a < b ? -1 : 1))])
    const known = this.#wholes.get(key)
    const kind = family.type === 'summary' ? 'summary' : 'histogram'
    if (known && known.kind === kind) return known
    const whole = new Whole(this.#series(family, family.name, labels), kind)
    this.#wholes.set(key, whole)
    return whole
  }

  #series(family: Family, name: string, own: readonly (readonly [string, string])[]): Series | undefined {
    const { instance, labels, honorLabels, rules } = this.#options
    const ruled = rules({ name, labels: withInstanceLabels(own, labels, honorLabels) })
    return ruled && makeSeries({ family, ...ruled, instance })
  }

  /** A page that broke off may have touched it after the last complete one. */
  #wasGiven({ seenIn, seenBefore }: { readonly seenIn: number; readonly seenBefore: number }): boolean {
    return this.#complete > 0 && (seenIn === this.#complete || seenBefore === this.#complete)
  }

  #forgetUnseen(points: Point[]): void {
    const ended = (series: Series | undefined): void => {
      if (series) points.push({ series, time: this.#scrapedAt, value: 'stale' })
    }
    for (const [text, member] of this.#members) {
      if (member.seenIn === this.#number) continue
      this.#members.delete(text)
      if (member.part === 'plain' && this.#wasGiven(member) && !member.timed) ended(member.series)
    }
    for (const [key, whole] of this.#wholes) {
      if (whole.seenIn === this.#number) continue
      this.#wholes.delete(key)
      if (this.#wasGiven(whole) && !whole.time) ended(whole.series)
    }
  }
}

function milliseconds(text: string): Instant | undefined {
  const ms = Number(text)
  return Number.isSafeInteger(ms) ? { ms, ns: 0 } : undefined
}

/** V8 keeps the whole of what a slice is of. */
function copied(text: string): string {
  return Buffer.from(text).toString()
}
