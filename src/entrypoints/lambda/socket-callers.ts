/**
 * Finds the caller of a key that is sent over the socket. It is the same caller as API Gateway finds for the REST
 * interface: a token of Cognito is verified here, an API key is looked up by its digest, and an authorizer is asked as
 * API Gateway asks it. Every function returns undefined for an unknown key, and throws OperationalFailure if the caller
 * cannot be found out.
 */

import { CognitoJwtVerifier } from 'aws-jwt-verify'
import {
  FetchError,
  JwksNotAvailableInCacheError,
  JwksValidationError,
  JwtBaseError,
  WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error'
import { operationalFailure } from '../../adapters/aws/backoff.ts'
import { type FunctionCalls, FunctionError } from '../../adapters/aws/function-calls.ts'
import type { KeyDigests } from '../../adapters/aws/key-digests.ts'
import { sha256Hex } from '../../entry/api-keys.ts'
import type { Caller } from '../../entry/caller.ts'
import { cognitoCaller, knownCaller } from './rest-proxy.ts'

export type CallerOf = (key: string) => Promise<Caller | undefined>

/** The account is the id of the key, as in the REST interface. */
export function apiKeyCallers(digests: Pick<KeyDigests, 'accountOf'>): CallerOf {
  return async (key) => knownCaller(await digests.accountOf(sha256Hex(key)), false)
}

/** As an authorizer of API Gateway without scopes, which accepts id tokens. `clientId`: undefined accepts every client. */
export const tokenVerifier = (userPoolId: string, clientId: string | undefined) =>
  CognitoJwtVerifier.create({ userPoolId, tokenUse: 'id', clientId: clientId ?? null })

export function cognitoCallers(verifier: Pick<ReturnType<typeof tokenVerifier>, 'verify'>): CallerOf {
  return async (token) => {
    try {
      return cognitoCaller(await verifier.verify(token))
    } catch (cause) {
      if (isRefusal(cause)) return undefined
      throw operationalFailure('a token of Cognito', cause)
    }
  }
}

/** Not that the keys of the user pool could not be fetched: this says nothing of the token. */
const isRefusal = (cause: unknown): boolean =>
  cause instanceof JwtBaseError &&
  !(cause instanceof FetchError) &&
  !(cause instanceof JwksValidationError) &&
  !(cause instanceof JwksNotAvailableInCacheError) &&
  !(cause instanceof WaitPeriodNotYetEndedJwkError)

interface AuthorizerAnswer {
  readonly policyDocument?: { readonly Statement?: readonly { readonly Effect?: string }[] }
  readonly context?: Readonly<Record<string, unknown>>
}

/** `methodArn`: what the authorizer is asked to allow. */
export function authorizerCallers(functions: Pick<FunctionCalls, 'invoke'>, name: string, methodArn: string): CallerOf {
  return async (authorizationToken) => {
    try {
      const asked = { type: 'TOKEN', authorizationToken, methodArn }
      const answer = await functions.invoke<AuthorizerAnswer | null>(name, asked)
      const statements = answer?.policyDocument?.Statement ?? []
      const allows = statements.length > 0 && statements.every(({ Effect }) => Effect === 'Allow')
      if (!allows) return undefined
      const context = answer?.context
      return knownCaller(context?.account, context?.operator === true || context?.operator === 'true', context?.keyName)
    } catch (cause) {
      // API Gateway takes this text of a failure for an unknown token.
      if (cause instanceof FunctionError && cause.message.includes('"Unauthorized"')) return undefined
      throw operationalFailure('the authorizer', cause)
    }
  }
}
