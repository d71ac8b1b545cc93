// Stands in a bundle where the SDK would look for credentials in a dozen places. Lambda gives them in
// the environment; the files, processes and sign-ins of a developer's machine are not there to be found.
import { fromEnv } from '@aws-sdk/credential-provider-env'

export const defaultProvider = (init) => fromEnv(init)
