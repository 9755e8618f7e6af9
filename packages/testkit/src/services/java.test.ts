import { majorIn } from './java.ts'

describe('the version of a JDK', () => {
  it.each([
    ['IMPLEMENTOR="Debian"\nJAVA_VERSION="17.0.15"\n', 17],
    ['JAVA_VERSION="25"\n', 25],
    ['JAVA_VERSION="1.8.0_402"\n', 8],
    ['openjdk version "21.0.4" 2024-07-16\n', 21],
    ['JAVA_RUNTIME_VERSION="17.0.15+6"\n', 0],
    ['', 0],
  ])('of %j is %d', (text, major) => {
    expect(majorIn(text)).toBe(major)
  })
})
