import { readFileSync, writeFileSync } from 'node:fs'
import { chainCases } from './chains.ts'
import { converterCases } from './converters.ts'
import { type Figure, measure } from './measure.ts'

/** Measures, prints two tables, and puts them into the README if that is wanted: `pnpm bench --write`. */
const converters = await converterCases()
const chains = chainCases()
const figures = await measure([...converters, ...chains])
const text = `${converterTable(figures.slice(0, converters.length))}\n${chainTable(figures.slice(converters.length))}`
console.log(text)
if (process.argv.includes('--write')) {
  const readme = new URL('../README.md', import.meta.url)
  const marked = /(<!-- figures -->\n)[\s\S]*(<!-- end of figures -->)/
  writeFileSync(readme, readFileSync(readme, 'utf8').replace(marked, `$1\n${text}\n$2`))
}

function converterTable(measured: readonly Figure[]): string {
  const base =
    measured[converters.findIndex(({ way, converter }) => way === 'write' && converter === 'JSON')]!
  const cell = (converter: string, way: string): string => {
    const index = converters.findIndex((one) => one.converter === converter && one.way === way)
    const figure = measured[index]
    return figure ? `${thousands(figure)} (${(figure.perSecond / base.perSecond).toFixed(2)})` : ''
  }
  const rows = [...new Set(converters.map(({ converter }) => converter))].map(
    (name) => `| ${name} | ${['rows', 'write', 'read'].map((way) => cell(name, way)).join(' | ')} |`,
  )
  return ['| converter | rows | records | reading |', '| --- | ---: | ---: | ---: |', ...rows, ''].join('\n')
}

function chainTable(measured: readonly Figure[]): string {
  const rows = [...new Set(chains.map(({ way }) => way))].map((way) => {
    const of = (count: number): Figure =>
      measured[chains.findIndex((one) => one.way === way && one.transforms === count)]!
    const [none, five] = [of(0), of(5)]
    return `| ${way} | ${thousands(none)} | ${thousands(five)} | ${(five.perSecond / none.perSecond).toFixed(2)} |`
  })
  return [
    '| way | no transform | five transforms | ratio |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
    '',
  ].join('\n')
}

function thousands({ perSecond }: Figure): string {
  return `${Math.round(perSecond / 1000)},000`
}
