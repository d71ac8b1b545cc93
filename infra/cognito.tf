# With auth_mode cognito: a user pool. The name of an account is its user's id (sub). Only administrators
# create users. Members of the group operators may control trading, instruments and rules.

locals {
  cognito_count = var.auth_mode == "cognito" ? 1 : 0
}

resource "aws_cognito_user_pool" "accounts" {
  count = local.cognito_count

  name                     = "exchange"
  deletion_protection      = var.protect_data ? "ACTIVE" : "INACTIVE"
  auto_verified_attributes = ["email"]
  mfa_configuration        = "OPTIONAL"

  software_token_mfa_configuration {
    enabled = true
  }
  admin_create_user_config {
    allow_admin_create_user_only = true
  }
  password_policy {
    minimum_length                   = 14
    require_lowercase                = true
    require_uppercase                = true
    require_numbers                  = true
    require_symbols                  = false
    temporary_password_validity_days = 3
  }
  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }
}

# Members may control trading, instruments and rules.
resource "aws_cognito_user_group" "operators" {
  count = local.cognito_count

  name         = "operators"
  description  = "May control trading, instruments and rules"
  user_pool_id = aws_cognito_user_pool.accounts[0].id
}

resource "aws_cognito_user_pool_client" "api" {
  count = local.cognito_count

  name                          = "exchange-api"
  user_pool_id                  = aws_cognito_user_pool.accounts[0].id
  explicit_auth_flows           = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true
  id_token_validity             = 1
  access_token_validity         = 1
  refresh_token_validity        = 30
  read_attributes               = ["email"]
  write_attributes              = ["email"]

  token_validity_units {
    id_token      = "hours"
    access_token  = "hours"
    refresh_token = "days"
  }
}

resource "aws_api_gateway_authorizer" "cognito" {
  count = local.cognito_count

  name            = "accounts"
  type            = "COGNITO_USER_POOLS"
  rest_api_id     = aws_api_gateway_rest_api.exchange.id
  identity_source = "method.request.header.Authorization"
  provider_arns   = [aws_cognito_user_pool.accounts[0].arn]
}
