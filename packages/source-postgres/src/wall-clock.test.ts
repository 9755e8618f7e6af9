import { serverZone } from './wall-clock.ts'

describe('db.timezone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['Etc/GMT+2', 'Etc/GMT+2'],
    ['UTC', 'UTC'],
    ['Z', 'UTC'],
    ['+00:00', 'UTC'],
    ['GMT0', 'GMT0'],
    ['GMT+2', '<GMT+2>-02:00:00'],
    ['UTC-05:30', '<UTC-05:30>+05:30:00'],
    ['UT+1', '<UT+1>-01:00:00'],
    ['+02:00', '<+02:00>-02:00:00'],
    ['-0830', '<-0830>+08:30:00'],
    ['+01:02:03', '<+01:02:03>-01:02:03'],
  ])('%s is what Java means by it, as PostgreSQL says that: %s', (text, zone) => {
    expect(serverZone(text)).toBe(zone)
  })
})
