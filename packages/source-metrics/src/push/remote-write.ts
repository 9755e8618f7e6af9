import protobuf from 'protobufjs'
import type { Budget } from './budget.ts'
import { histogramMessage, type NativeHistogram } from './native-histogram.ts'

/** What a request of Prometheus' remote write 1.0 holds, as far as it is read. */
export interface WriteRequest {
  readonly series: readonly WrittenSeries[]
  readonly metadata: readonly WrittenMetadata[]
}

export interface WrittenSeries {
  readonly labels: readonly (readonly [string, string])[]
  readonly samples: ReadonlyArray<{ readonly value: number | 'stale'; readonly ms: number }>
  readonly histograms: readonly NativeHistogram[]
}

export interface WrittenMetadata {
  readonly type: number
  readonly name: string
  readonly help: string
  readonly unit: string
}

type Reader = protobuf.Reader

/** Reads a request. Throws where it is none. */
export function writeRequestDecoder(): (bytes: Uint8Array, budget: Budget) => WriteRequest {
  const histogram = histogramMessage()
  return (bytes, budget) => {
    const series: WrittenSeries[] = []
    const metadata: WrittenMetadata[] = []
    const reader = protobuf.Reader.create(bytes)
    each(reader, reader.len, (field) => {
      if (field !== 1 && field !== 3) return false
      budget.parts(1)
      if (field === 1) series.push(readSeries(reader, { histogram, budget }))
      else metadata.push(readMetadata(reader))
      return true
    })
    return { series, metadata }
  }
}

/** Calls `read` for each field, which says whether it has read it; what it hasn't is passed over. */
function each(reader: Reader, end: number, read: (field: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (!read(tag >>> 3)) reader.skipType(tag & 7)
  }
}

/** Where a message that is a field ends. */
function endOf(reader: Reader): number {
  const length = reader.uint32()
  const end = reader.pos + length
  if (end > reader.len) throw new RangeError('it is cut short')
  return end
}

function readSeries(
  reader: Reader,
  how: { readonly histogram: ReturnType<typeof histogramMessage>; readonly budget: Budget },
): WrittenSeries {
  const { histogram, budget } = how
  const labels: (readonly [string, string])[] = []
  const samples: WrittenSeries['samples'][number][] = []
  const histograms: NativeHistogram[] = []
  each(reader, endOf(reader), (field) => {
    budget.parts(1)
    if (field === 1) labels.push(readLabel(reader))
    else if (field === 2) samples.push(readSample(reader))
    else if (field === 4) histograms.push(histogram(reader.bytes(), budget))
    else return false
    return true
  })
  return { labels, samples, histograms }
}

function readLabel(reader: Reader): readonly [string, string] {
  let name = ''
  let value = ''
  each(reader, endOf(reader), (field) => {
    if (field === 1) name = reader.string()
    else if (field === 2) value = reader.string()
    else return false
    return true
  })
  return [name, value]
}

function readSample(reader: Reader): WrittenSeries['samples'][number] {
  let value: number | 'stale' = 0
  let ms = 0
  each(reader, endOf(reader), (field) => {
    if (field === 1) value = readValue(reader)
    else if (field === 2) ms = Number(reader.int64())
    else return false
    return true
  })
  return { value, ms }
}

/** A NaN of these very bits says that the series has ended; a number doesn't keep the bits of a NaN. */
function readValue(reader: Reader): number | 'stale' {
  const { buf, pos } = reader
  const stale =
    buf[pos] === 2 && buf[pos + 6] === 0xf0 && buf[pos + 7] === 0x7f && zeros(buf, pos + 1, pos + 6)
  const value = reader.double()
  return stale ? 'stale' : value
}

function zeros(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return false
  return true
}

function readMetadata(reader: Reader): WrittenMetadata {
  const read = { type: 0, name: '', help: '', unit: '' }
  each(reader, endOf(reader), (field) => {
    if (field === 1) read.type = reader.uint32()
    else if (field === 2) read.name = reader.string()
    else if (field === 4) read.help = reader.string()
    else if (field === 5) read.unit = reader.string()
    else return false
    return true
  })
  return read
}
