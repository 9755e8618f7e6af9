import fc from 'fast-check'
import { connectorRequestOf, parseConnectorFile } from './connector-file.ts'

describe("a connector's file", () => {
  it.each([
    ['properties', 'name=a\nconnector.class=X\ntasks.max=2'],
    ['name and config', '{"name": "a", "config": {"connector.class": "X", "tasks.max": 2}}'],
    ['a flat map', '{"name": "a", "connector.class": "X", "tasks.max": "2"}'],
  ])('is read as %s', (_, text) => {
    const { name, config, initialState } = parseConnectorFile(text, 'f')
    expect(name).toBe('a')
    expect(Object.fromEntries(config)).toEqual({ name: 'a', 'connector.class': 'X', 'tasks.max': '2' })
    expect(initialState).toBe('RUNNING')
  })

  it.each([
    ['{', 'f is no JSON'],
    [
      '{"name": "a", "config": {"topics": ["b"], "x": {}}}',
      'f, "config": the values of topics, x must be text.',
    ],
    ['{"config": {}}', 'f has no "name" for the connector.'],
    ['connector.class=X', 'f has no "name" for the connector.'],
    ['{"name": "a", "config": {"name": "b"}}', '"name" is a, but the name within "config" is b'],
    ['{"name": "a", "config": {}, "initial_state": "GONE"}', 'must be RUNNING, PAUSED or STOPPED'],
  ])('is refused with the reason: %s', (text, message) => {
    expect(() => parseConnectorFile(text, 'f')).toThrow(message)
  })

  it('keeps the initial state', () => {
    const text = '{"name": "a", "config": {}, "initial_state": "stopped"}'
    expect(parseConnectorFile(text, 'f').initialState).toBe('STOPPED')
  })

  it('takes __proto__ for a name like any other', () => {
    const { config } = parseConnectorFile('{"name": "a", "__proto__": "x"}', 'f')
    expect(config.get('__proto__')).toBe('x')
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })

  it('is read or refused with a sentence, whatever its content', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        try {
          parseConnectorFile(text, 'f')
        } catch (error) {
          expect((error as Error).message).toMatch(/^f/)
        }
      }),
    )
  })

  it('refuses any other value with a sentence', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          connectorRequestOf(value, 'f')
        } catch (error) {
          expect((error as Error).message).toMatch(/^f/)
        }
      }),
    )
  })
})
