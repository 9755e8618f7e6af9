import type { LetterFilter } from '@sluice/runtime'
import { InvalidArgumentError } from 'commander'

export interface FilterFlags {
  readonly stage?: string
  readonly connector?: string
  readonly reason?: RegExp
  readonly partition?: number
  readonly from?: bigint
  readonly until?: bigint
  readonly since?: number
}

export function filterOf({
  stage,
  connector,
  reason,
  partition,
  from,
  until,
  since,
}: FilterFlags): LetterFilter {
  return { stage, connector, reason, partition, from, until, since }
}

export function parseOffset(text: string): bigint {
  if (text === 'beginning') return 0n
  if (/^\d+$/.test(text)) return BigInt(text)
  throw new InvalidArgumentError('It is an offset of the dead-letter topic, or "beginning".')
}

export function parseCount(text: string): number {
  if (text === 'all') return Infinity
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a whole number of at least 1, or "all".')
}

export function parsePartition(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is the number of a partition.')
}

export function parseReason(text: string): RegExp {
  try {
    return new RegExp(text, 'i')
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `2h` is two hours ago; else a time as ISO 8601 has it. */
export function parseSince(text: string, nowMs = Date.now()): number {
  const ago = /^(\d+)([smhd])$/.exec(text)
  if (ago) return nowMs - Number(ago[1]) * units[ago[2]!]!
  const time = Date.parse(text)
  if (!Number.isNaN(time)) return time
  throw new InvalidArgumentError('It is a time such as 2026-11-22T10:00:00Z, or a span such as 30m, 2h, 1d.')
}
