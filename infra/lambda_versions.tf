# Versions of the functions. A version is the code and the settings of a function, and never changes. Everything
# that calls a function calls its alias `live`, so a rollout and a rollback only move aliases.
#
# A function that reads moves before those that write what it reads. It reads everything that the present functions
# send, and the new ones may send what only it reads. So the notifier and the lake function, which read the events, are
# first. The matcher, which reads the commands, is second. The others follow. A rollback has the opposite order
# (scripts/infra-rollback.mjs).

locals {
  alias_name = "live"

  # Digest of all bundles. It is in the description of each version, so a release has one name.
  release = substr(sha256(join(" ", [for name in keys(local.functions) : try(filesha256(local.bundles[name]), "none")])), 0, 12)

  live_versions = merge(
    {
      ingest  = coalesce(var.pinned_versions.ingest, aws_lambda_function.ingest.version)
      matcher = coalesce(var.pinned_versions.matcher, aws_lambda_function.matcher.version)
      query   = coalesce(var.pinned_versions.query, aws_lambda_function.query.version)
      lake    = coalesce(var.pinned_versions.lake, aws_lambda_function.lake.version)
    },
    { for key, deployed in aws_lambda_function.market : key => coalesce(var.pinned_versions[key], deployed.version) },
  )
}

resource "aws_lambda_alias" "notifier" {
  count = local.market_count

  name             = local.alias_name
  description      = "The version that reads KDS_Events"
  function_name    = aws_lambda_function.market["notifier"].function_name
  function_version = local.live_versions.notifier
}

resource "aws_lambda_alias" "lake" {
  name             = local.alias_name
  description      = "The version that Firehose calls"
  function_name    = aws_lambda_function.lake.function_name
  function_version = local.live_versions.lake
}

resource "aws_lambda_alias" "matcher" {
  name             = local.alias_name
  description      = "The version that reads KDS_Orders"
  function_name    = aws_lambda_function.matcher.function_name
  function_version = local.live_versions.matcher

  depends_on = [aws_lambda_alias.notifier, aws_lambda_alias.lake]
}

resource "aws_lambda_alias" "ingest" {
  name             = local.alias_name
  description      = "The version that API Gateway and the heartbeat call"
  function_name    = aws_lambda_function.ingest.function_name
  function_version = local.live_versions.ingest

  depends_on = [aws_lambda_alias.matcher]
}

resource "aws_lambda_alias" "query" {
  name             = local.alias_name
  description      = "The version that API Gateway calls"
  function_name    = aws_lambda_function.query.function_name
  function_version = local.live_versions.query

  depends_on = [aws_lambda_alias.matcher]
}

resource "aws_lambda_alias" "socket" {
  for_each = toset(values(local.socket_routes))

  name             = local.alias_name
  description      = "The version that API Gateway calls"
  function_name    = aws_lambda_function.market[each.key].function_name
  function_version = local.live_versions[each.key]

  depends_on = [aws_lambda_alias.matcher]
}
