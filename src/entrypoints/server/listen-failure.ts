/** What the user is told if the exchange cannot listen on its address. */

const MESSAGES: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `port ${port} on ${host} is taken; choose another with --port`,
  EACCES: (_, port) => `this user may not listen on port ${port}; choose one above 1023 with --port`,
  EADDRNOTAVAIL: (host) => `this machine does not have the address ${host}; choose another with --host`,
  ENOTFOUND: (host) => `there is no host ${host}; choose another with --host`,
}

/** An error with one sentence, or the cause if it is none of the user's. */
export function listenFailure(cause: unknown, host: string, port: number): unknown {
  const message = MESSAGES[(cause as NodeJS.ErrnoException).code ?? '']
  return message === undefined ? cause : new Error(message(host, port), { cause })
}
