import { fileName, ownersFolder, partitionFolder, rangeInName } from './file-names.ts'

const layout = { folderOfTopics: () => '/data/topics', zeroPadWidth: 10, extension: '.json' }
const of = { topic: 'shop.orders', partition: 3 }

describe('the names of files', () => {
  it('have the topic, the partition and the padded offsets, both included', () => {
    expect(partitionFolder(layout, of)).toBe('/data/topics/shop.orders/partition=3')
    expect(ownersFolder(layout, of)).toBe('/data/topics/+tmp/shop.orders/3')
    expect(fileName(layout, of, { start: 7n, end: 12n })).toBe('shop.orders+3+0000000007+0000000012.json')
  })

  it('grow where an offset has more digits than the padding', () => {
    expect(fileName({ ...layout, zeroPadWidth: 0 }, of, { start: 0n, end: 2n ** 53n + 1n })).toBe(
      'shop.orders+3+0+9007199254740993.json',
    )
  })

  it.each([
    'shop.orders+3+0000000007+0000000012.json',
    'shop.orders+3+7+12.snappy.parquet',
    'shop.orders+3+7+12',
  ])('are read back, whatever wrote the file: %s', (name) => {
    expect(rangeInName(of, name)).toEqual({ start: 7n, end: 12n })
  })

  it.each([
    'shop.orders+4+7+12.json',
    'shop_orders+3+7+12.json',
    'shop.orders+3+7.json',
    'shop.orders+3+7+12+13.json',
    'shop.orders+3+x+12.json',
    'shop.orders+3+7+12.json._COPYING_ ',
    '_SUCCESS',
    '+tmp',
    '',
  ])('of others are left alone: %s', (name) => {
    expect(rangeInName(of, name)).toBeUndefined()
  })
})
