# Versions of the functions. A version is the code and the settings of a function, and never changes. Everything
# that calls a function calls its alias `live`, so a rollout and a rollback only move three aliases.
#
# The matcher moves first. It reads everything that the present functions send, and the new functions may send
# what only the new matcher reads. A rollback moves the matcher last: scripts/infra-rollback.mjs.

locals {
  alias_name = "live"

  # Digest of the three bundles. It is in the description of each version, so a release has one name.
  release = substr(sha256(join(" ", [for name in ["ingest", "matcher", "query"] : try(filesha256(local.bundles[name]), "none")])), 0, 12)

  live_versions = {
    ingest  = coalesce(var.pinned_versions.ingest, aws_lambda_function.ingest.version)
    matcher = coalesce(var.pinned_versions.matcher, aws_lambda_function.matcher.version)
    query   = coalesce(var.pinned_versions.query, aws_lambda_function.query.version)
  }
}

resource "aws_lambda_alias" "matcher" {
  name             = local.alias_name
  description      = "The version that reads KDS_Orders"
  function_name    = aws_lambda_function.matcher.function_name
  function_version = local.live_versions.matcher
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
