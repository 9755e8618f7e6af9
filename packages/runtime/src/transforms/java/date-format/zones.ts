import type { TextReader } from './text-reader.ts'

const minuteMs = 60_000

/** Short names that are understood; those of summer too. */
const named: Readonly<Record<string, number>> = {
  UTC: 0,
  UT: 0,
  GMT: 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
}

/** For the letters z and Z: `+0100`, `GMT+1:00`, or a name. Milliseconds east of Greenwich. */
export function readZone(reader: TextReader): number | undefined {
  const numeric = reader.match(/([+-])(\d{2})(\d{2})/y)
  if (numeric) return offset(numeric)
  const around = reader.match(/GMT([+-])(\d{1,2}):?(\d{2})/iy)
  if (around) return offset(around)
  const names = Object.keys(named)
  const index = reader.nameAmong(names)
  return index === undefined ? undefined : named[names[index]!]! * 60 * minuteMs
}

/** For the letter X: `Z`, or as many digits as the pattern has letters. */
export function readIsoZone(reader: TextReader, count: number): number | undefined {
  if (reader.exactly('Z')) return 0
  const forms = [/([+-])(\d{2})/y, /([+-])(\d{2})(\d{2})/y, /([+-])(\d{2}):(\d{2})/y]
  const found = reader.match(forms[count - 1]!)
  return found && offset(found)
}

function offset([, sign, hours, minutes = '0']: RegExpExecArray): number | undefined {
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  const ms = (Number(hours) * 60 + Number(minutes)) * minuteMs
  return sign === '-' ? -ms : ms
}
