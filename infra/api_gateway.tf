# The REST API. Every path that needs an account is listed. All others go to the query function, which
# serves market data and answers 404 for unknown paths. API Gateway authenticates the caller. The
# functions take the account from the request's context, never from its body.

locals {
  routes = {
    "POST /orders"                 = { function = "ingest", access = "account", model = "PlaceOrderRequest" }
    "POST /orders/batch"           = { function = "ingest", access = "account", model = null }
    "GET /orders"                  = { function = "query", access = "account", model = null }
    "DELETE /orders"               = { function = "ingest", access = "account", model = null }
    "GET /orders/{orderId}"        = { function = "query", access = "account", model = null }
    "PATCH /orders/{orderId}"      = { function = "ingest", access = "account", model = null }
    "DELETE /orders/{orderId}"     = { function = "ingest", access = "account", model = null }
    "GET /fills"                   = { function = "query", access = "account", model = null }
    "GET /instruments"             = { function = "query", access = "public", model = null }
    "GET /instruments/{symbol}"    = { function = "query", access = "public", model = null }
    "POST /instruments"            = { function = "ingest", access = "account", model = null }
    "PATCH /instruments/{symbol}"  = { function = "ingest", access = "account", model = null }
    "DELETE /instruments/{symbol}" = { function = "ingest", access = "account", model = null }
    "GET /rules"                   = { function = "query", access = "account", model = null }
    "POST /rules"                  = { function = "ingest", access = "account", model = null }
    "ANY /"                        = { function = "query", access = "public", model = null }
    "ANY /{proxy+}"                = { function = "query", access = "public", model = null }
  }

  # Pages that may use the API: those of the variable, and the screen. cross_origin is known in every plan, the address of
  # a new screen is not.
  allow_origins = concat(sort(tolist(var.allow_origins)), local.screen_origins)
  cross_origin  = var.screen || length(var.allow_origins) > 0

  place_order_schema = jsonencode(jsondecode(file("${path.module}/place-order.schema.json")))

  # Path to the resource's id; "/" is the API's own root.
  resource_ids = merge(
    { "/" = aws_api_gateway_rest_api.exchange.root_resource_id },
    { for path, resource in aws_api_gateway_resource.top : path => resource.id },
    { for path, resource in aws_api_gateway_resource.below : path => resource.id },
  )

  invoke_arns = {
    ingest = aws_lambda_alias.ingest.invoke_arn
    query  = aws_lambda_alias.query.invoke_arn
  }
}

resource "aws_api_gateway_rest_api" "exchange" {
  name           = "exchange"
  description    = "Bidding exchange"
  api_key_source = "HEADER"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_resource" "top" {
  for_each = toset(["/orders", "/fills", "/instruments", "/rules", "/{proxy+}"])

  rest_api_id = aws_api_gateway_rest_api.exchange.id
  parent_id   = aws_api_gateway_rest_api.exchange.root_resource_id
  path_part   = trimprefix(each.key, "/")
}

resource "aws_api_gateway_resource" "below" {
  for_each = {
    "/orders/batch"         = "/orders"
    "/orders/{orderId}"     = "/orders"
    "/instruments/{symbol}" = "/instruments"
  }

  rest_api_id = aws_api_gateway_rest_api.exchange.id
  parent_id   = aws_api_gateway_resource.top[each.value].id
  path_part   = trimprefix(each.key, "${each.value}/")
}

resource "aws_api_gateway_model" "place_order" {
  rest_api_id  = aws_api_gateway_rest_api.exchange.id
  name         = "PlaceOrderRequest"
  description  = "The body of POST /orders. The schema is generated from the validator of the code."
  content_type = "application/json"
  schema       = local.place_order_schema
}

resource "aws_api_gateway_request_validator" "body" {
  rest_api_id                 = aws_api_gateway_rest_api.exchange.id
  name                        = "body"
  validate_request_body       = true
  validate_request_parameters = true
}

resource "aws_api_gateway_method" "route" {
  for_each = local.routes

  rest_api_id          = aws_api_gateway_rest_api.exchange.id
  resource_id          = local.resource_ids[split(" ", each.key)[1]]
  http_method          = split(" ", each.key)[0]
  api_key_required     = each.value.access == "account" && var.auth_mode == "api_key"
  authorization        = each.value.access == "account" && var.auth_mode == "cognito" ? "COGNITO_USER_POOLS" : "NONE"
  authorizer_id        = each.value.access == "account" && var.auth_mode == "cognito" ? aws_api_gateway_authorizer.cognito[0].id : null
  request_validator_id = aws_api_gateway_request_validator.body.id
  request_models       = each.value.model == null ? {} : { "application/json" = aws_api_gateway_model.place_order.name }
}

resource "aws_api_gateway_integration" "route" {
  for_each = local.routes

  rest_api_id             = aws_api_gateway_rest_api.exchange.id
  resource_id             = aws_api_gateway_method.route[each.key].resource_id
  http_method             = aws_api_gateway_method.route[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = local.invoke_arns[each.value.function]
}

# The preflight requests of browsers to paths that need an account. A browser sends no key with them. The other paths
# have ANY.
resource "aws_api_gateway_method" "preflight" {
  for_each = local.cross_origin ? toset([for route in keys(local.routes) : split(" ", route)[1] if !startswith(route, "ANY ")]) : toset([])

  rest_api_id          = aws_api_gateway_rest_api.exchange.id
  resource_id          = local.resource_ids[each.key]
  http_method          = "OPTIONS"
  authorization        = "NONE"
  request_validator_id = aws_api_gateway_request_validator.body.id
}

resource "aws_api_gateway_integration" "preflight" {
  for_each = aws_api_gateway_method.preflight

  rest_api_id             = aws_api_gateway_rest_api.exchange.id
  resource_id             = each.value.resource_id
  http_method             = each.value.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = local.invoke_arns.query
}

resource "aws_api_gateway_deployment" "exchange" {
  rest_api_id = aws_api_gateway_rest_api.exchange.id

  triggers = {
    redeploy = sha1(jsonencode([
      local.routes, local.cross_origin, var.auth_mode, local.gateway_responses, local.place_order_schema, local.alias_name,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_api_gateway_integration.route, aws_api_gateway_integration.preflight, aws_api_gateway_gateway_response.problem, aws_lambda_permission.api_gateway]
}

resource "aws_api_gateway_stage" "v1" {
  rest_api_id          = aws_api_gateway_rest_api.exchange.id
  deployment_id        = aws_api_gateway_deployment.exchange.id
  stage_name           = "v1"
  xray_tracing_enabled = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api.arn
    format = jsonencode({
      time      = "$context.requestTime"
      requestId = "$context.requestId"
      traceId   = "$context.xrayTraceId"
      address   = "$context.identity.sourceIp"
      keyId     = "$context.identity.apiKeyId"
      method    = "$context.httpMethod"
      path      = "$context.path"
      status    = "$context.status"
      latencyMs = "$context.responseLatency"
      error     = "$context.error.message"
    })
  }

  depends_on = [aws_api_gateway_account.logs]
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.exchange.id
  stage_name  = aws_api_gateway_stage.v1.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = false # metrics of each method cost extra; those of the whole API are always available
    logging_level          = "ERROR"
    data_trace_enabled     = false # bodies are orders, which are confidential
    throttling_rate_limit  = var.api_requests_per_second
    throttling_burst_limit = var.api_requests_per_second * 2
  }

  depends_on = [aws_cloudwatch_log_group.api_execution]
}

# Otherwise API Gateway creates this group, and terraform destroy leaves it.
resource "aws_cloudwatch_log_group" "api_execution" {
  name              = "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.exchange.id}/v1"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.exchange.arn
}

# This setting applies to all APIs of the account in this region.
resource "aws_api_gateway_account" "logs" {
  cloudwatch_role_arn = aws_iam_role.service["exchange-api-gateway"].arn

  depends_on = [aws_iam_role_policy_attachment.api_gateway_logs]
}
