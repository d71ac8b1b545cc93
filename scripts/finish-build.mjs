// npm links the command to the built file, which the compiler does not make executable.
import { chmodSync } from 'node:fs'

chmodSync(new URL('../dist/entrypoints/cli.js', import.meta.url), 0o755)
