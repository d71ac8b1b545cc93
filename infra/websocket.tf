# The WebSocket API: live market data, own orders and order entry. It has the three routes of API Gateway, each with
# its own function: a connection begins, any message, a connection ends. The functions and ExchangeNotifier send
# messages by the path @connections of this API.
#
# A connection is anonymous. Its first message authenticates it, so a key is never in a URL or a handshake. AWS WAF
# cannot protect a WebSocket API; the stage is throttled, and ExchangeConnect limits the connections of an address.

locals {
  # The path of the socket on one machine is the same.
  socket_stage = "ws"

  socket_routes = var.market_data ? {
    "$connect"    = "connect"
    "$default"    = "message"
    "$disconnect" = "disconnect"
  } : {}

  # For calls of @connections.
  socket_endpoint = try(replace("${aws_apigatewayv2_api.socket[0].api_endpoint}/${local.socket_stage}", "wss://", "https://"), "")
  socket_arn      = try("${aws_apigatewayv2_api.socket[0].execution_arn}/${local.socket_stage}", "")
}

resource "aws_apigatewayv2_api" "socket" {
  count = local.market_count

  name                       = "exchange-socket"
  description                = "Live market data, own orders and order entry of the bidding exchange"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.op" # required. Every message goes to $default
}

resource "aws_apigatewayv2_integration" "socket" {
  for_each = local.socket_routes

  api_id             = aws_apigatewayv2_api.socket[0].id
  integration_type   = "AWS_PROXY"
  integration_method = "POST"
  integration_uri    = aws_lambda_alias.socket[each.value].invoke_arn
}

resource "aws_apigatewayv2_route" "socket" {
  for_each = local.socket_routes

  api_id             = aws_apigatewayv2_api.socket[0].id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.socket[each.key].id}"
  authorization_type = "NONE"
}

resource "aws_lambda_permission" "socket" {
  for_each = local.socket_routes

  statement_id   = "ApiGateway"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_alias.socket[each.value].function_name
  principal      = "apigateway.amazonaws.com"
  qualifier      = local.alias_name
  source_arn     = "${local.socket_arn}/${each.key}"
  source_account = local.account_id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_apigatewayv2_deployment" "socket" {
  count = local.market_count

  api_id      = aws_apigatewayv2_api.socket[0].id
  description = "The three routes"

  triggers = {
    redeploy = sha1(jsonencode([local.socket_routes, local.alias_name]))
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_apigatewayv2_route.socket, aws_lambda_permission.socket]
}

resource "aws_apigatewayv2_stage" "socket" {
  count = local.market_count

  api_id        = aws_apigatewayv2_api.socket[0].id
  name          = local.socket_stage
  deployment_id = aws_apigatewayv2_deployment.socket[0].id

  default_route_settings {
    detailed_metrics_enabled = false # metrics of each route cost extra; those of the whole API are always available
    logging_level            = "ERROR"
    data_trace_enabled       = false # messages are orders and keys, which are confidential
    throttling_rate_limit    = var.api_requests_per_second
    throttling_burst_limit   = var.api_requests_per_second * 2
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.socket[0].arn
    format = jsonencode({
      time         = "$context.requestTime"
      requestId    = "$context.requestId"
      connectionId = "$context.connectionId"
      address      = "$context.identity.sourceIp"
      route        = "$context.routeKey"
      status       = "$context.status"
      latencyMs    = "$context.integrationLatency"
      error        = "$context.error.message"
    })
  }

  depends_on = [aws_api_gateway_account.logs, aws_cloudwatch_log_group.socket_execution]
}

resource "aws_cloudwatch_log_group" "socket" {
  count = local.market_count

  name              = "/exchange/socket-access"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.exchange.arn
}

# Otherwise API Gateway creates this group, and terraform destroy leaves it.
resource "aws_cloudwatch_log_group" "socket_execution" {
  count = local.market_count

  name              = "/aws/apigateway/${aws_apigatewayv2_api.socket[0].id}/${local.socket_stage}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.exchange.arn
}
