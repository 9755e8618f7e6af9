import { compareRest } from './rest-comparison.ts'

describe('REST answers of a distributed worker', () => compareRest('distributed'))
