import { compareRest } from './rest-comparison.ts'

describe('REST answers of a standalone worker', () => compareRest('standalone'))
