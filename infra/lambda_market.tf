# The functions of live market data: three of the WebSocket API, and the one that reads KDS_Events. They are one
# resource with a table, because they differ in the columns of the table only. None is in the network: they call public
# AWS services, and ExchangeQuery reads the cache for them.

locals {
  # Variables of the socket, besides those that every function has. A function ignores those that it does not need.
  socket_environment = {
    CONNECTIONS_TABLE   = local.table_names.connections
    SOCKET_ENDPOINT     = local.socket_endpoint
    ORDERS_STREAM       = local.stream_names.orders
    LAG_LIMIT_SECONDS   = tostring(var.lag_limit_seconds)
    SOCKETS_PER_ADDRESS = tostring(var.connections_per_address)
    SOCKETS_PER_ACCOUNT = tostring(var.connections_per_account)
  }
  # The token of a user is checked by the function itself.
  user_pool = var.auth_mode == "cognito" ? {
    COGNITO_USER_POOL_ID = aws_cognito_user_pool.accounts[0].id
    COGNITO_CLIENT_ID    = aws_cognito_user_pool_client.api[0].id
  } : {}

  market_functions = {
    connect = {
      text      = "$connect: notes a connection, unless its address has too many"
      memory    = 256
      timeout   = 10
      variables = merge(local.environment.every, local.environment.edge, local.socket_environment)
    }
    message = {
      text      = "$default: handles a message of a connection, as ExchangeIngest does a request"
      memory    = 512
      timeout   = 29 # API Gateway waits at most 29 seconds
      variables = merge(local.environment.every, local.environment.edge, local.environment.events, local.user_pool, local.socket_environment)
    }
    disconnect = {
      text      = "$disconnect and the sweep: ends connections, cancels the orders that they asked to cancel, wakes the notifier"
      memory    = 256
      timeout   = 60
      variables = merge(local.environment.every, local.environment.edge, local.environment.events, local.socket_environment)
    }
    notifier = {
      text      = "Reads KDS_Events, stores candles and fills, and sends messages to followers"
      memory    = 1024
      timeout   = 60 # as old as a record may be
      variables = merge(local.environment.every, local.environment.edge, local.environment.stored, local.socket_environment, { QUERY_FUNCTION = "${local.function_names.query}:${local.alias_name}" })
    }
  }
}

resource "aws_lambda_function" "market" {
  for_each = { for key, each in local.market_functions : key => each if var.market_data }

  function_name    = local.function_names[each.key]
  description      = "${each.value.text}. Release ${local.release}"
  role             = aws_iam_role.function[each.key].arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = local.bundles[each.key]
  source_code_hash = try(filebase64sha256(local.bundles[each.key]), null)
  publish          = true
  memory_size      = each.value.memory
  timeout          = each.value.timeout
  kms_key_arn      = aws_kms_key.exchange.arn

  environment {
    variables = merge(each.value.variables, { POWERTOOLS_SERVICE_NAME = local.function_names[each.key] })
  }

  tracing_config {
    mode = "Active"
  }
  logging_config {
    log_format            = "JSON"
    application_log_level = var.log_level
    log_group             = aws_cloudwatch_log_group.function[each.key].name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.bundles[each.key])
      error_message = "There is no ${local.bundles[each.key]}: run npm install && npm run bundle first."
    }
  }

  depends_on = [aws_iam_role_policy.runtime, aws_iam_role_policy.market]
}
