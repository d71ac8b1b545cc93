# One key for each account, counted and throttled by one usage plan. The functions get the keys'
# SHA-256 only, and with it the account: a key that is merely valid at API Gateway opens nothing.

locals {
  keyed_accounts = var.auth_mode == "api_key" ? var.api_accounts : {}

  api_key_rows = [
    for account, rights in local.keyed_accounts : {
      keySha256 = nonsensitive(sha256(aws_api_gateway_api_key.account[account].value))
      account   = account
      operator  = rights.operator
    }
  ]
}

resource "aws_api_gateway_api_key" "account" {
  for_each = local.keyed_accounts

  name        = "exchange-${each.key}"
  description = "Account ${each.key}"
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
  for_each = local.keyed_accounts

  usage_plan_id = aws_api_gateway_usage_plan.accounts[0].id
  key_id        = aws_api_gateway_api_key.account[each.key].id
  key_type      = "API_KEY"
}
