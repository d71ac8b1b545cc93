/** A plan as Terraform writes it in JSON, and the queries that tests need. */

import type { Workspace } from './workspace.ts'

export type Values = Readonly<Record<string, unknown>>

export interface Resource {
  readonly address: string
  readonly mode: 'managed' | 'data'
  readonly type: string
  readonly name: string
  /** Known values. Values that AWS decides are absent. */
  readonly values: Values
}

export interface Change extends Omit<Resource, 'values'> {
  readonly change: {
    readonly actions: readonly string[]
    readonly before: Values | null
    readonly after: Values | null
  }
}

interface PlanJson {
  readonly resource_changes?: readonly Change[]
  readonly prior_state?: { readonly values?: { readonly root_module?: { readonly resources?: readonly Resource[] } } }
}

/** Resources that will be created, and data that is known. */
export async function planOf(
  workspace: Workspace,
  variables: Readonly<Record<string, string>> = {},
  options: readonly string[] = [],
): Promise<Resource[]> {
  const plan = await planned(workspace, variables, options)
  const changes = (plan.resource_changes ?? []).map(({ change, ...resource }) => ({
    ...resource,
    values: change.after ?? {},
  }))
  const known = (plan.prior_state?.values?.root_module?.resources ?? []).filter(({ mode }) => mode === 'data')
  return [...changes, ...known]
}

/** What the plan does with each resource. */
export async function changesOf(
  workspace: Workspace,
  variables: Readonly<Record<string, string>> = {},
  options: readonly string[] = [],
): Promise<readonly Change[]> {
  return (await planned(workspace, variables, options)).resource_changes ?? []
}

async function planned(
  workspace: Workspace,
  variables: Readonly<Record<string, string>>,
  options: readonly string[],
): Promise<PlanJson> {
  const chosen = Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`)
  await workspace.terraform('plan', '-input=false', '-out=test.tfplan', '-parallelism=50', ...options, ...chosen)
  return JSON.parse(await workspace.terraform('show', '-json', 'test.tfplan')) as PlanJson
}

export const ofType = (resources: readonly Resource[], type: string): Resource[] =>
  resources.filter((resource) => resource.mode === 'managed' && resource.type === type)

/** The only resource of the type, or the one with that name. */
export function theOne(resources: readonly Resource[], type: string, name?: string): Values {
  const found = ofType(resources, type).filter((resource) => name === undefined || resource.name === name)
  if (found.length !== 1) throw new Error(`${found.length} resources ${type} ${name ?? ''}`)
  return (found[0] as Resource).values
}

/** A nested block that occurs once. */
export const block = (values: Values, name: string): Values => ((values[name] ?? []) as Values[])[0] ?? {}

export interface Statement {
  readonly of: string
  readonly sid: string
  readonly effect: string
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

/** The statements of all policy documents. A resource that is not known yet is left out. */
export function statementsOf(resources: readonly Resource[]): Statement[] {
  const documents = resources.filter(({ mode, type }) => mode === 'data' && type === 'aws_iam_policy_document')
  return documents.flatMap(({ address, values }) =>
    ((values.statement ?? []) as Values[]).map((statement) => ({
      of: address,
      sid: String(statement.sid ?? ''),
      effect: String(statement.effect ?? 'Allow'),
      actions: (statement.actions ?? []) as string[],
      resources: ((statement.resources ?? []) as (string | null)[]).filter((each) => each !== null),
    })),
  )
}
