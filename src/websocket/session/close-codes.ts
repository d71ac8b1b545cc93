/** The codes with which a session closes its connection. The reason is the text. Transport has codes of its own. */

export const CLOSES = {
  slow_consumer: 4001,
  too_many_messages: 4002,
  key_revoked: 4004,
  not_authenticated_in_time: 4005,
  wrong_key: 4006,
} as const

export type CloseReason = keyof typeof CLOSES
