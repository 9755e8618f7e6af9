import { pomOf } from './maven.ts'

describe("Maven's project", () => {
  it('depends on each artifact', () => {
    expect(pomOf(['org.example:thing:1.2.3'])).toContain(
      '<dependency><groupId>org.example</groupId><artifactId>thing</artifactId><version>1.2.3</version></dependency>',
    )
  })
})
