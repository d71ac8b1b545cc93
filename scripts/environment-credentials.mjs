// Replaces the SDK's chain of credential providers in a bundle. Lambda passes credentials in the
// environment. The chain would also search files, processes and sign-ins, which do not exist there.
import { fromEnv } from '@aws-sdk/credential-provider-env'

export const defaultProvider = (init) => fromEnv(init)
