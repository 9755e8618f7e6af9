import type { Instant } from './metric.ts'

export function fromMs(ms: number): Instant {
  const whole = Math.floor(ms)
  return { ms: whole, ns: Math.round((ms - whole) * 1e6) % 1_000_000 }
}

export function fromNs(ns: bigint): Instant {
  return { ms: Number(ns / 1_000_000n), ns: Number(ns % 1_000_000n) }
}

/** Seconds in decimal notation, without a way through floats: `1395066363.123456789`. Undefined: it is no number. */
export function fromSecondsText(text: string): Instant | undefined {
  const parts = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text)
  if (!parts) {
    const seconds = Number(text)
    return text === '' || !Number.isFinite(seconds) ? undefined : fromMs(seconds * 1000)
  }
  const [, sign, whole = '0', fraction = ''] = parts
  const ns = BigInt(whole) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  const signed = sign === '-' ? -ns : ns
  const ms = signed / 1_000_000n - (signed % 1_000_000n < 0n ? 1n : 0n)
  return Number.isSafeInteger(Number(ms))
    ? { ms: Number(ms), ns: Number(signed - ms * 1_000_000n) }
    : undefined
}

/** Nanoseconds since the epoch, in digits. */
export function nsText({ ms, ns }: Instant): string {
  if (ms >= 1) return ns === 0 ? `${ms}000000` : `${ms}${String(ns).padStart(6, '0')}`
  return String(BigInt(ms) * 1_000_000n + BigInt(ns))
}

const latest = 8.64e15

/** RFC 3339 in UTC, with as many digits as there are. */
export function rfc3339({ ms, ns }: Instant): string {
  const text = new Date(Math.max(-latest, Math.min(latest, ms))).toISOString()
  return ns === 0 ? text : `${text.slice(0, -1)}${String(ns).padStart(6, '0')}Z`
}
