const number = new Intl.NumberFormat('en-US')

export function count(value: number): string {
  return number.format(Math.round(value))
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** `██████░░░░  62 %  124,000 of 200,000  48,000/s`; the rate is over the whole stage so far. */
export function bar(done: number, total: number, elapsedMs: number): string {
  const share = Math.min(1, done / total)
  const full = Math.round(share * 20)
  const rate = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0
  const blocks = '█'.repeat(full) + '░'.repeat(20 - full)
  return `${blocks} ${String(Math.floor(share * 100)).padStart(3)} %  ${count(done)} of ${count(total)}  ${count(rate)}/s`
}

/** Aligned columns; the first row is the heading, numbers go right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('   ')
  return [
    line(rows[0]!),
    widths.map((width) => '─'.repeat(width)).join('───'),
    ...rows.slice(1).map(line),
  ].join('\n')
}
