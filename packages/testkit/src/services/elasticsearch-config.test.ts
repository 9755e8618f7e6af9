import { elasticsearchYaml, jvmOptions, rolesFile, usersFile } from './elasticsearch-config.ts'

const layout = {
  port: 20_000,
  transportPort: 20_001,
  dataDir: '/es/data',
  logsDir: '/es/logs',
  tmpDir: '/es/tmp',
  settings: {},
  users: [],
}

describe('elasticsearch.yml', () => {
  it('binds one node to this machine and keeps its files in its folder', () => {
    const yaml = elasticsearchYaml(layout)
    expect(yaml).toContain('network.host: "127.0.0.1"\nhttp.port: "20000"\ntransport.port: "20001"\n')
    expect(yaml).toContain('path.data: "/es/data"\npath.logs: "/es/logs"\n')
  })

  it("gives way to the user's settings", () => {
    const settings = { 'thread_pool.write.queue_size': '1', 'node.name': 'mine' }
    const yaml = elasticsearchYaml({ ...layout, settings })
    expect(yaml).toContain('thread_pool.write.queue_size: "1"\n')
    expect(yaml.match(/node\.name.*/g)).toEqual(['node.name: "mine"'])
  })
})

describe('jvm.options', () => {
  it('leaves nothing to be written into the read-only home', () => {
    const options = jvmOptions(layout)
    expect(options).toContain('-Djava.io.tmpdir=/es/tmp\n')
    expect(options).toContain('-XX:ErrorFile=/es/logs/crash-%p.log\n')
    expect(options).not.toContain('gc.log')
  })
})

describe('the users', () => {
  const users = [
    { name: 'ann', password: 'secret', role: 'superuser' },
    { name: 'bob', password: 'secret', role: 'viewer' },
  ]

  it('are written without their passwords', () => {
    expect(usersFile(users)).toMatch(
      /^ann:\{PBKDF2\}10000\$\S{44}\$\S{44}\nbob:\{PBKDF2\}10000\$\S{44}\$\S{44}\n$/,
    )
    expect(usersFile(users)).not.toContain('secret')
  })

  it('have one role each', () => {
    expect(rolesFile(users)).toBe('superuser:ann\nviewer:bob\n')
  })
})
