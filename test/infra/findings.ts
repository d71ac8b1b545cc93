/**
 * The checks of security scanners (checkov, trivy, tfsec) for these resource types, applied to a plan.
 * Every resource of a type meets the row, or the row has an excuse with the reason. An excuse for a check
 * that is met is an error too, so the table is always true. docs/operate/security.md shows it.
 */

import { block, ofType, type Resource, type Values } from './plan.ts'

export interface Finding {
  readonly type: string
  readonly question: string
  readonly isMet: (values: Values, all: readonly Resource[], resource: Resource) => boolean
  /** Why it is not done. */
  readonly excuse?: string
}

/** Set, or known only after creation. */
const given = (values: Values, name: string) => values[name] !== '' && values[name] !== null && values[name] !== false
const aside =
  (type: string, suffix = '') =>
  (_: Values, all: readonly Resource[], resource: Resource) =>
    ofType(all, type).some(({ address }) => address.includes(suffix || keyOf(resource)))
/** `lake` of both aws_s3_bucket.lake and …closed["lake"]. */
const keyOf = ({ name }: Resource) => name
const traced = (values: Values) => block(values, 'tracing_config').mode === 'Active'

export const FINDINGS: readonly Finding[] = [
  { type: 'aws_kms_key', question: 'key rotates', isMet: (v) => v.enable_key_rotation === true },
  {
    type: 'aws_kinesis_stream',
    question: 'encrypted with the customer’s key',
    isMet: (v) => v.encryption_type === 'KMS' && given(v, 'kms_key_id'),
  },
  {
    type: 'aws_dynamodb_table',
    question: 'encrypted with the customer’s key',
    isMet: (v) => block(v, 'server_side_encryption').enabled === true,
  },
  {
    type: 'aws_dynamodb_table',
    question: 'point-in-time recovery',
    isMet: (v) => block(v, 'point_in_time_recovery').enabled === true,
  },
  {
    type: 'aws_dynamodb_table',
    question: 'deletion protection',
    isMet: (v) => v.deletion_protection_enabled === true,
    excuse: 'protect_data = true enables it; by default terraform destroy removes everything, as the guide promises',
  },
  { type: 'aws_lambda_function', question: 'X-Ray active', isMet: traced },
  {
    type: 'aws_lambda_function',
    question: 'environment encrypted with the customer’s key',
    isMet: (v) => given(v, 'kms_key_arn'),
  },
  {
    type: 'aws_lambda_function',
    question: 'supported runtime, arm64',
    isMet: (v) => v.runtime === 'nodejs22.x' && (v.architectures as string[])[0] === 'arm64',
  },
  {
    type: 'aws_lambda_function',
    question: 'concurrency limited',
    isMet: (v) => Number(v.reserved_concurrent_executions) > 0,
    excuse:
      'the matcher is; the shards limit the notifier, the throttles of the APIs limit the others, and an account may have no concurrency to reserve',
  },
  {
    type: 'aws_lambda_function',
    question: 'inside a VPC',
    isMet: (v) => ((v.vpc_config ?? []) as unknown[]).length > 0,
    excuse:
      'those that do not read the cache call public AWS services only; in the VPC they would need endpoints that are billed by the hour',
  },
  {
    type: 'aws_lambda_function',
    question: 'dead-letter queue',
    isMet: (v) => ((v.dead_letter_config ?? []) as unknown[]).length > 0,
    excuse:
      'the mappings have on-failure destinations; the callers of the others wait for the answer, or the next run of the schedule repeats the call',
  },
  {
    type: 'aws_lambda_function',
    question: 'code signed',
    isMet: (v) => given(v, 'code_signing_config_arn') && v.code_signing_config_arn !== undefined,
    excuse:
      'bundles are built in the pipeline that applies them; signing would only prove that the pipeline trusts itself',
  },
  {
    type: 'aws_lambda_event_source_mapping',
    question: 'on-failure destination',
    isMet: (v) => block(v, 'destination_config').on_failure !== undefined,
  },
  {
    type: 'aws_lambda_permission',
    question: 'source account and ARN named',
    isMet: (v) => given(v, 'source_arn') && given(v, 'source_account'),
  },
  {
    type: 'aws_elasticache_replication_group',
    question: 'encrypted in transit',
    isMet: (v) => v.transit_encryption_enabled === true && v.transit_encryption_mode === 'required',
  },
  {
    type: 'aws_elasticache_replication_group',
    question: 'encrypted at rest with the customer’s key',
    isMet: (v) => String(v.at_rest_encryption_enabled) === 'true' && given(v, 'kms_key_id'),
  },
  { type: 'aws_elasticache_replication_group', question: 'token required', isMet: (v) => given(v, 'auth_token') },
  {
    type: 'aws_elasticache_replication_group',
    question: 'automatic failover',
    isMet: (v) => v.automatic_failover_enabled === true,
    excuse: 'redis_replica = true enables it; without it a book is rebuilt from its snapshot and the stream',
  },
  {
    type: 'aws_elasticache_replication_group',
    question: 'backups kept',
    isMet: (v) => Number(v.snapshot_retention_limit ?? 0) > 0,
    excuse: 'the cache can be rebuilt from the stream and the snapshots in S3',
  },
  {
    type: 'aws_secretsmanager_secret',
    question: 'encrypted with the customer’s key',
    isMet: (v) => given(v, 'kms_key_id'),
  },
  {
    type: 'aws_secretsmanager_secret',
    question: 'rotated by a function',
    isMet: (_, all) => ofType(all, 'aws_secretsmanager_secret_rotation').length > 0,
    excuse:
      'rotated by the commands of docs/operate/security.md; a function that may change the cache is a larger risk than a token that nobody reads',
  },
  { type: 'aws_s3_bucket', question: 'public access blocked', isMet: aside('aws_s3_bucket_public_access_block') },
  { type: 'aws_s3_bucket', question: 'versioned', isMet: aside('aws_s3_bucket_versioning') },
  { type: 'aws_s3_bucket', question: 'encrypted', isMet: aside('aws_s3_bucket_server_side_encryption_configuration') },
  { type: 'aws_s3_bucket', question: 'TLS only', isMet: aside('aws_s3_bucket_policy') },
  {
    type: 'aws_s3_bucket',
    question: 'lifecycle, unfinished uploads removed',
    isMet: aside('aws_s3_bucket_lifecycle_configuration'),
  },
  {
    type: 'aws_s3_bucket',
    question: 'access logged',
    isMet: aside('aws_s3_bucket_logging'),
    excuse: 'the others are; the bucket of the logs does not log itself',
  },
  { type: 'aws_s3_bucket', question: 'events announced', isMet: aside('aws_s3_bucket_notification', 'dead_letters') },
  {
    type: 'aws_s3_bucket',
    question: 'replicated to another region',
    isMet: () => false,
    excuse: 'the lake comes from streams and tables that have their own recovery; a copy doubles its cost',
  },
  { type: 'aws_sqs_queue', question: 'encrypted with the customer’s key', isMet: (v) => given(v, 'kms_master_key_id') },
  { type: 'aws_sns_topic', question: 'encrypted with the customer’s key', isMet: (v) => given(v, 'kms_master_key_id') },
  {
    type: 'aws_cloudwatch_log_group',
    question: 'encrypted with the customer’s key',
    isMet: (v) => given(v, 'kms_key_id'),
  },
  { type: 'aws_cloudwatch_log_group', question: 'kept for a year', isMet: (v) => Number(v.retention_in_days) >= 365 },
  {
    type: 'aws_api_gateway_stage',
    question: 'access logged',
    isMet: (v) => block(v, 'access_log_settings').format !== undefined,
  },
  { type: 'aws_api_gateway_stage', question: 'X-Ray active', isMet: (v) => v.xray_tracing_enabled === true },
  {
    type: 'aws_api_gateway_stage',
    question: 'client certificate',
    isMet: (v) => v.client_certificate_id !== undefined && given(v, 'client_certificate_id'),
    excuse: 'certificates are for HTTP backends; Lambda is called with AWS’s own signature',
  },
  {
    type: 'aws_api_gateway_stage',
    question: 'cache',
    isMet: (v) => v.cache_cluster_enabled === true,
    excuse: 'orders must not be cached, and a cached book is out of date after a second',
  },
  {
    type: 'aws_api_gateway_stage',
    question: 'web firewall',
    isMet: (_, all) => ofType(all, 'aws_wafv2_web_acl_association').length > 0,
    excuse: 'waf_enabled = true adds it and its cost; the API is always throttled',
  },
  {
    type: 'aws_apigatewayv2_stage',
    question: 'access logged, errors logged',
    isMet: (v) =>
      block(v, 'access_log_settings').format !== undefined &&
      block(v, 'default_route_settings').logging_level === 'ERROR',
  },
  {
    type: 'aws_apigatewayv2_stage',
    question: 'messages not logged, throttled',
    isMet: (v) => {
      const settings = block(v, 'default_route_settings')
      return settings.data_trace_enabled === false && Number(settings.throttling_rate_limit) > 0
    },
  },
  {
    type: 'aws_apigatewayv2_route',
    question: 'caller known',
    isMet: (v) => v.authorization_type !== 'NONE',
    excuse:
      'the first message authenticates a connection, so that a key is never in a URL or a handshake; without it only public market data can be followed',
  },
  { type: 'aws_api_gateway_method', question: 'requests validated', isMet: (v) => given(v, 'request_validator_id') },
  {
    type: 'aws_api_gateway_method',
    question: 'caller known',
    isMet: (v) => v.api_key_required === true || v.authorization !== 'NONE',
    excuse: 'market data, instruments and health are public; every path of an account requires a key or token',
  },
  {
    type: 'aws_api_gateway_method_settings',
    question: 'bodies not logged, requests throttled',
    isMet: (v) => {
      const settings = block(v, 'settings')
      return settings.data_trace_enabled === false && Number(settings.throttling_rate_limit) > 0
    },
  },
  {
    type: 'aws_athena_workgroup',
    question: 'results encrypted, settings enforced',
    isMet: (v) => {
      const settings = block(v, 'configuration')
      return (
        settings.enforce_workgroup_configuration === true &&
        block(block(settings, 'result_configuration'), 'encryption_configuration').encryption_option === 'SSE_KMS'
      )
    },
  },
  {
    type: 'aws_kinesis_firehose_delivery_stream',
    question: 'files encrypted, errors logged',
    isMet: (v) => {
      const s3 = block(v, 'extended_s3_configuration')
      return given(s3, 'kms_key_arn') && block(s3, 'cloudwatch_logging_options').enabled === true
    },
  },
  {
    type: 'aws_glue_crawler',
    question: 'security configuration',
    isMet: (v) => given(v, 'security_configuration'),
    excuse:
      'crawlers of a catalog write neither files nor bookmarks, and with one they log to a group of another name, which does not exist',
  },
  {
    type: 'aws_cloudfront_distribution',
    question: 'HTTPS only, reads only',
    isMet: (v) =>
      [...((v.default_cache_behavior ?? []) as Values[]), ...((v.ordered_cache_behavior ?? []) as Values[])].every(
        (behavior) =>
          behavior.viewer_protocol_policy === 'redirect-to-https' &&
          JSON.stringify([...(behavior.allowed_methods as string[])].sort()) === '["GET","HEAD"]',
      ),
  },
  {
    type: 'aws_cloudfront_distribution',
    question: 'default root object',
    isMet: (v) => given(v, 'default_root_object'),
  },
  {
    type: 'aws_cloudfront_distribution',
    question: 'TLS 1.2',
    isMet: (v) => String(block(v, 'viewer_certificate').minimum_protocol_version).startsWith('TLSv1.2'),
    excuse: 'screen_domain gives it; CloudFront accepts older versions on its own domain, and offers no other setting',
  },
  {
    type: 'aws_cloudfront_distribution',
    question: 'access logged',
    isMet: (v) => ((v.logging_config ?? []) as unknown[]).length > 0,
    excuse:
      'its log is configured in us-east-1, with a second provider for every plan, or needs a bucket with ACLs; the files are public, and each API logs its requests',
  },
  {
    type: 'aws_cloudfront_distribution',
    question: 'web firewall',
    isMet: (v) => given(v, 'web_acl_id') && v.web_acl_id !== undefined,
    excuse: 'nothing runs behind it: it serves files, and waf_enabled guards the API, which is not behind it',
  },
  {
    type: 'aws_cloudfront_distribution',
    question: 'countries restricted',
    isMet: (v) => block(block(v, 'restrictions'), 'geo_restriction').restriction_type !== 'none',
    excuse: 'traders may be anywhere',
  },
  {
    type: 'aws_cloudfront_distribution',
    question: 'second origin',
    isMet: (v) => ((v.origin_group ?? []) as unknown[]).length > 0,
    excuse: 'without the region of the bucket there is no exchange either',
  },
  {
    type: 'aws_cloudfront_response_headers_policy',
    question: 'security headers, not those of the origin',
    isMet: (v) => {
      const headers = block(v, 'security_headers_config')
      const names = ['content_type_options', 'frame_options', 'referrer_policy', 'strict_transport_security']
      return names.every((name) => block(headers, name).override === true)
    },
  },
  {
    type: 'aws_cloudfront_origin_access_control',
    question: 'each request signed',
    isMet: (v) => v.signing_behavior === 'always' && v.signing_protocol === 'sigv4',
  },
  { type: 'aws_vpc', question: 'flow log', isMet: (_, all) => ofType(all, 'aws_flow_log').length > 0 },
  {
    type: 'aws_vpc',
    question: 'default group closed',
    isMet: (_, all) =>
      ofType(all, 'aws_default_security_group').every(({ values }) =>
        [values.ingress, values.egress].every((rules) => rules === undefined || (rules as unknown[]).length === 0),
      ),
  },
  { type: 'aws_subnet', question: 'no public addresses', isMet: (v) => v.map_public_ip_on_launch === false },
  {
    type: 'aws_security_group',
    question: 'described',
    isMet: (v) => given(v, 'description') && v.description !== 'Managed by Terraform',
  },
  {
    type: 'aws_vpc_security_group_ingress_rule',
    question: 'described, no address of the internet',
    isMet: (v) => given(v, 'description') && !String(v.cidr_ipv4 ?? '').startsWith('0.') && v.cidr_ipv6 == null,
  },
  {
    type: 'aws_vpc_security_group_egress_rule',
    question: 'described, no address of the internet',
    isMet: (v) => given(v, 'description') && !String(v.cidr_ipv4 ?? '').startsWith('0.') && v.cidr_ipv6 == null,
  },
]

/** The only statements that may name every resource or every action, with the reason. */
export const WIDE_STATEMENTS: Readonly<Record<string, string>> = {
  'data.aws_iam_policy_document.key/Account': 'nobody could manage a key without it; in this document "*" is the key',
  'data.aws_iam_policy_document.key/Logs': 'in a key’s policy "*" is the key',
  'data.aws_iam_policy_document.key/Notices': 'in a key’s policy "*" is the key',
  'data.aws_iam_policy_document.runtime/Traces': 'X-Ray has no resources for these actions',
  'data.aws_iam_policy_document.runtime/Network':
    'Lambda refuses a role that lists interfaces, because they do not exist yet',
  'data.aws_iam_policy_document.runtime/NetworkNotByCode': 'denies',
  'data.aws_iam_policy_document.bucket/TlsOnly': 'denies',
}
