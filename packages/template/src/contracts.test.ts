import { readFileSync } from 'node:fs'

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')

/** What the package exports, with the file that declares it. */
const exported = [...read('index.ts').matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)'/gm)].flatMap(
  ([, names = '', file = '']) =>
    [...names.matchAll(/(?:type )?(\w+)/g)].map(([, name = '']) => [name, file] as const),
)

/** The declaration of a name: the comment that ends on the line before it, and the line itself. */
function declarationOf(name: string, file: string): string {
  const declaration = new RegExp(
    String.raw`(/\*\*(?:(?!\*/)[^])*\*/\n)?^export (?:async )?(?:function|class|interface|type|const) ${name}\b.*$`,
    'm',
  )
  return declaration.exec(read(file))?.[0] ?? ''
}

describe('what a connector author imports', () => {
  it('is found where the index says', () => {
    expect(exported.length).toBeGreaterThan(80)
    expect(exported.filter(([name, file]) => declarationOf(name, file) === '')).toEqual([])
  })

  it('says of itself what it promises', () => {
    const silent = exported.filter(([name, file]) => !declarationOf(name, file).startsWith('/**'))
    expect(silent).toEqual([])
  })
})
