/** Names in English, as the JVM has them unless its language is another one. */
export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

export const weekdays = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const

export const halves = ['AM', 'PM'] as const
export const eras = ['BC', 'AD'] as const

export function short(name: string): string {
  return name.slice(0, 3)
}
