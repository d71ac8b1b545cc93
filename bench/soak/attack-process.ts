/**
 * An attacker in a process of its own, so that its work does not delay the clients that measure. It has a lower
 * priority, as if it were on another machine. Arguments: the name of the attacker, and the address of the exchange.
 */

import { setPriority } from 'node:os'
import { attackers } from '../../test/attack/attackers.ts'
import { HOSTILE_KEY, headersOf } from './exchange-process.ts'

const LOW_PRIORITY = 10

const [name, url] = process.argv.slice(2)
const attacker = attackers(headersOf(HOSTILE_KEY)).find((one) => one.name === name)
if (attacker === undefined) throw new Error(`there is no attacker ${name}`)
setPriority(LOW_PRIORITY)
await attacker.start(url)
process.stdout.write('started\n')
// It ends with the process that started it.
process.on('disconnect', () => process.exit(0))
