/** All attackers, at the size of a long run. `headers` has the API key of an account, if the exchange needs keys. */

import type { Attacker } from './attacker.ts'
import { bookFlood } from './book-flood.ts'
import { cancelAllStorm } from './cancel-all-storm.ts'
import { connectionFlood } from './connection-flood.ts'
import { fillOrKillStorm } from './fill-or-kill-storm.ts'
import { listFlood } from './list-flood.ts'
import { slowBodies } from './slow-bodies.ts'
import { unknownFields } from './unknown-fields.ts'
import { unreadAnswers } from './unread-answers.ts'

export const attackers = (headers: Readonly<Record<string, string>> = {}): readonly Attacker[] => [
  unreadAnswers(),
  unreadAnswers({ connections: 100, requests: 100 }),
  unreadAnswers({ connections: 20, path: '/trades/BTCUSD?limit=1000' }),
  slowBodies(),
  bookFlood(),
  unknownFields({ headers }),
  fillOrKillStorm({ headers }),
  cancelAllStorm({ headers }),
  listFlood({ headers }),
  listFlood({ headers, path: '/orders?status=EXPIRED&limit=1000' }),
  connectionFlood(),
]
