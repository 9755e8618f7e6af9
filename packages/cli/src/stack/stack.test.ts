import type { ServiceStatus } from '@sluice/testkit/services'
import { progressLine, statusText } from './stack.ts'
import { stackCommand } from './stack-command.ts'

const running: ServiceStatus = {
  service: 'kafka',
  state: 'running',
  version: '4.1.1',
  address: '127.0.0.1:20001',
  pids: [42],
  dir: `${process.cwd()}/.sluice/stack/kafka`,
}
const absent: ServiceStatus = {
  service: 'hdfs',
  state: 'absent',
  version: undefined,
  address: undefined,
  pids: [],
  dir: `${process.cwd()}/.sluice/stack/hdfs`,
}

describe('the status of the stack', () => {
  it('is a table with the address of each server', () => {
    expect(statusText([running, absent], { json: false })).toBe(
      [
        'SERVER  VERSION  STATE    ADDRESS          DATA AND LOGS',
        'kafka   4.1.1    running  127.0.0.1:20001  .sluice/stack/kafka',
        'hdfs    -        absent   -                .sluice/stack/hdfs',
        '',
      ].join('\n'),
    )
  })

  it('is an object by server as JSON', () => {
    const { kafka, hdfs } = JSON.parse(statusText([running, absent], { json: true }))
    expect(kafka).toEqual({
      state: 'running',
      version: '4.1.1',
      address: '127.0.0.1:20001',
      pids: [42],
      dir: running.dir,
    })
    expect(hdfs.state).toBe('absent')
  })
})

describe('progress', () => {
  it('says how long a server took', () => {
    expect(progressLine({ service: 'kafka', state: 'starting' })).toBe('kafka: starting')
    expect(progressLine({ service: 'kafka', state: 'ready', elapsedMs: 5_047 })).toBe(
      'kafka: ready after 5.0 s',
    )
  })
})

describe('sluice stack', () => {
  it('refuses a server that it does not know and names those that it does', async () => {
    let printed = ''
    const stack = stackCommand()
    for (const command of [stack, ...stack.commands]) {
      command.exitOverride().configureOutput({ writeErr: (text) => (printed += text) })
    }
    await expect(stack.parseAsync(['up', 'mysql'], { from: 'user' })).rejects.toThrow(/mysql/)
    expect(printed).toContain('Allowed choices are kafka, postgres, elasticsearch, hdfs')
  })
})
