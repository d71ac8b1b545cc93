/** The bytes of an archive of files, each a name and its content. */
export function zip(files: readonly (readonly [string, Uint8Array])[]): Buffer
