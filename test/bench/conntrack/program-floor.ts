// For every line on stdin: reads this namespace's table, looks at nothing, and says what that cost.
import { createInterface } from 'node:readline'
import { cost, kernelFloor } from './floor.ts'

const read = kernelFloor()
createInterface({ input: process.stdin }).on('line', () => console.log(JSON.stringify(cost(read))))
