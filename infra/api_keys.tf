# One key for each holder, counted and throttled by one usage plan. API Gateway checks the key and passes
# its id to the functions. The id is the account. No key belongs to an operator: operators need Cognito.
#
# A WebSocket API cannot check keys. Its functions look the key's digest up in the table Connections. A key has 40
# random characters, so nothing can be computed from its digest.

locals {
  key_holders = var.auth_mode == "api_key" ? var.api_key_holders : toset([])
}

resource "aws_api_gateway_api_key" "account" {
  for_each = local.key_holders

  name        = "exchange-${each.key}"
  description = "Account of ${each.key}"
}

resource "aws_api_gateway_usage_plan" "accounts" {
  count = var.auth_mode == "api_key" ? 1 : 0

  name        = "exchange"
  description = "Accounts of the exchange"

  api_stages {
    api_id = aws_api_gateway_rest_api.exchange.id
    stage  = aws_api_gateway_stage.v1.stage_name
  }
  throttle_settings {
    rate_limit  = var.api_requests_per_second
    burst_limit = var.api_requests_per_second * 2
  }
}

resource "aws_api_gateway_usage_plan_key" "account" {
  for_each = local.key_holders

  usage_plan_id = aws_api_gateway_usage_plan.accounts[0].id
  key_id        = aws_api_gateway_api_key.account[each.key].id
  key_type      = "API_KEY"
}

resource "aws_dynamodb_table_item" "key_digest" {
  for_each = var.market_data ? local.key_holders : toset([])

  table_name = aws_dynamodb_table.connections[0].name
  hash_key   = aws_dynamodb_table.connections[0].hash_key
  range_key  = aws_dynamodb_table.connections[0].range_key

  item = jsonencode({
    topic        = { S = "key#${nonsensitive(sha256(aws_api_gateway_api_key.account[each.key].value))}" }
    connectionId = { S = "#" }
    account      = { S = aws_api_gateway_api_key.account[each.key].id }
  })
}
