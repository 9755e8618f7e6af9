import { defineTransform, string } from '@sluice/template'
import { builtInPlugins } from '../plugins/built-in.ts'
import { createRegistry, pluginOf } from '../plugins/registry.ts'
import { chainIssues } from './chain-issues.ts'

const opened: string[] = []
const own = defineTransform({
  name: 'own',
  version: '1',
  doc: 'For tests.',
  config: { text: string({ doc: 'Anything.' }) },
  touches: () => [],
  open: () => {
    opened.push('own')
    return { apply: (record) => record }
  },
})
const registry = createRegistry([...builtInPlugins, pluginOf(own)])

const issues = (settings: Record<string, string>): readonly { field: string; message: string }[] =>
  chainIssues(new Map(Object.entries(settings)), registry)

describe('what is wrong with transforms', () => {
  it('is found without running their code', () => {
    expect(issues({ transforms: 'o', 'transforms.o.type': 'own', 'transforms.o.text': 'x' })).toEqual([])
    expect(opened).toEqual([])
  })

  it('is told under the key of each setting', () => {
    const settings = {
      transforms: 'a,b,c,d',
      predicates: 'p',
      'transforms.a.type': 'Cast$Value',
      'transforms.a.spec': 'a:int9',
      'transforms.b.type': 'Nothing',
      'transforms.c.type': 'TopicNameMatches',
      'predicates.p.type': 'org.apache.kafka.connect.transforms.predicates.TopicNameMatches',
      'predicates.p.pattern': '(',
    }
    expect(issues(settings)).toMatchObject([
      { field: 'transforms.a.spec', message: expect.stringContaining('has the type "int9"') },
      { field: 'transforms.b.type', message: expect.stringContaining('There is no transform "Nothing"') },
      { field: 'transforms.c.type', message: expect.stringContaining('There is no transform') },
      { field: 'transforms.d.type', message: 'is required and has no default' },
      {
        field: 'predicates.p.pattern',
        message: expect.stringContaining('which has a group that is not closed'),
      },
    ])
  })
})
