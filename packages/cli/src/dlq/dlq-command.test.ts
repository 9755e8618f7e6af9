import { dlqCommand } from './dlq-command.ts'

function quiet(): { run: (...args: string[]) => Promise<unknown>; printed: () => string } {
  let printed = ''
  const dlq = dlqCommand()
  for (const command of [dlq, ...dlq.commands]) {
    command.exitOverride().configureOutput({
      writeErr: (text) => (printed += text),
      writeOut: (text) => (printed += text),
    })
  }
  return { run: (...args) => dlq.parseAsync(args, { from: 'user' }), printed: () => printed }
}

describe('sluice dlq', () => {
  it.each(['list', 'show', 'replay'])('explains %s', async (name) => {
    const one = quiet()
    await expect(one.run(name, '--help')).rejects.toThrow()
    expect(one.printed()).toContain(`Usage: dlq ${name}`)
    expect(one.printed()).toContain('Examples:')
    expect(one.printed()).toContain('--bootstrap-servers')
  })

  it('says what is wrong with an option', async () => {
    const one = quiet()
    await expect(one.run('replay', 'dead', '--limit', 'few')).rejects.toThrow('at least 1')
    expect(one.printed()).toContain('sluice dlq replay --help shows more')
  })

  it('asks for the topic', async () => {
    await expect(quiet().run('show')).rejects.toThrow("missing required argument 'topic'")
  })
})
