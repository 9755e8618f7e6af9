import { murmur2, partitionOfKey } from './murmur2.ts'

/** Made by Kafka 4.1's own Utils.murmur2 and BuiltInPartitioner.partitionForKey with 7 partitions. */
const vectors: ReadonlyArray<readonly [hex: string, hash: number, partition: number]> = [
  ['', 275646681, 2],
  ['61', -1563381124, 5],
  ['6162', 316155434, 0],
  ['616263', 479470107, 4],
  ['61626364', -1323649548, 5],
  ['3231', -973932308, 3],
  ['666f6f626172', -790332482, 0],
  ['612d6c6974746c652d6269742d6c6f6e672d737472696e67', -985981536, 1],
  ['6772c3b6c39f65', 588164084, 4],
  ['00c3bf', -1951946001, 4],
  ['73d51abbd8', 398768814, 3],
  ['6f0efb6892f94d68', -113890681, 0],
  ['fccc2c35f0b84609e5f12c', -896961600, 6],
  ['dd85aba8d5d9bef76808f3b572e5', -1438315749, 6],
  ['12b81927ba5bb5f67e1bda28b4049bf0e4', -989683091, 4],
  ['b15d7bf2fc0c34e9a99de4ef3bc2b17c8137ad65', -1980795927, 4],
]

describe('murmur2', () => {
  it.each(vectors)('hashes %s as the JVM does', (hex, hash, partition) => {
    expect(murmur2(Buffer.from(hex, 'hex'))).toBe(hash)
    expect(partitionOfKey(Buffer.from(hex, 'hex'), 7)).toBe(partition)
  })
})
