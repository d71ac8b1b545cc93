# The functions that take orders, match and read. Those of live market data are in lambda_market.tf. Build the bundles
# first (npm run bundle). Terraform only uploads them. Each change publishes a version; lambda_versions.tf says which
# version is in use.

locals {
  bundles = { for key, name in local.function_names : key => "${var.bundle_dir}/${key}.zip" }

  environment = {
    every = {
      INSTRUMENTS_TABLE            = local.table_names.instruments
      ORDERS_TABLE                 = local.table_names.orders
      TRADES_TABLE                 = local.table_names.trades
      POSITIONS_TABLE              = local.table_names.positions
      POWERTOOLS_METRICS_NAMESPACE = local.service_name
    }
    edge = {
      AUTH_MODE         = var.auth_mode
      ORDER_LISTS_TABLE = local.table_names.order_lists
      ALLOW_ORIGIN      = join(",", local.allow_origins)
    }
    # Stored market data: the notifier writes it, and ExchangeQuery reads it.
    stored = var.market_data ? {
      CANDLES_TABLE = local.table_names.candles
      FILLS_TABLE   = local.table_names.fills
    } : {}
    # The feed of the matcher, its reader for the lake, and the join records of ExchangeMessage.
    events = {
      EVENTS_STREAM = local.stream_names.events
    }
    book = {
      REDIS_URL        = "rediss://${local.redis_host}:${local.redis_port}"
      REDIS_SECRET_ARN = aws_secretsmanager_secret.redis.arn
    }
  }
}

resource "aws_lambda_function" "ingest" {
  function_name    = local.function_names.ingest
  description      = "POST, PATCH, DELETE: checks an order and makes it durable in KDS_Orders. Release ${local.release}"
  role             = aws_iam_role.function["ingest"].arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = local.bundles.ingest
  source_code_hash = try(filebase64sha256(local.bundles.ingest), null)
  publish          = true
  memory_size      = 512
  timeout          = 29 # API Gateway waits at most 29 seconds
  kms_key_arn      = aws_kms_key.exchange.arn

  environment {
    variables = merge(local.environment.every, local.environment.edge, {
      ORDERS_STREAM           = aws_kinesis_stream.orders.name
      LAG_LIMIT_SECONDS       = tostring(var.lag_limit_seconds)
      POWERTOOLS_SERVICE_NAME = local.function_names.ingest
    })
  }

  tracing_config {
    mode = "Active"
  }
  logging_config {
    log_format            = "JSON"
    application_log_level = var.log_level
    log_group             = aws_cloudwatch_log_group.function["ingest"].name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.bundles.ingest)
      error_message = "There is no ${local.bundles.ingest}: run npm install && npm run bundle first."
    }
  }

  depends_on = [aws_iam_role_policy.runtime, aws_iam_role_policy.ingest]
}

resource "aws_lambda_function" "query" {
  function_name    = local.function_names.query
  description      = "GET: orders and trades from DynamoDB, books from the cache. Release ${local.release}"
  role             = aws_iam_role.function["query"].arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = local.bundles.query
  source_code_hash = try(filebase64sha256(local.bundles.query), null)
  publish          = true
  memory_size      = 512
  timeout          = 10
  kms_key_arn      = aws_kms_key.exchange.arn

  environment {
    variables = merge(local.environment.every, local.environment.edge, local.environment.book, local.environment.stored, {
      POWERTOOLS_SERVICE_NAME = local.function_names.query
    })
  }

  vpc_config {
    subnet_ids         = aws_subnet.private[*].id
    security_group_ids = [aws_security_group.functions.id]
  }
  tracing_config {
    mode = "Active"
  }
  logging_config {
    log_format            = "JSON"
    application_log_level = var.log_level
    log_group             = aws_cloudwatch_log_group.function["query"].name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.bundles.query)
      error_message = "There is no ${local.bundles.query}: run npm install && npm run bundle first."
    }
  }

  depends_on = [aws_iam_role_policy.runtime, aws_iam_role_policy.query]
}

resource "aws_lambda_function" "matcher" {
  function_name    = local.function_names.matcher
  description      = "Matches the commands of KDS_Orders against the book in the cache. Release ${local.release}"
  role             = aws_iam_role.function["matcher"].arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = local.bundles.matcher
  source_code_hash = try(filebase64sha256(local.bundles.matcher), null)
  publish          = true
  memory_size      = 1769 # one whole vCPU
  timeout          = 60
  kms_key_arn      = aws_kms_key.exchange.arn

  # One invocation for each reader of a shard. A further one could only be a leftover of an earlier reader.
  # Without a reservation (-1) such a leftover may run beside the reader; the fence of the commits refuses it.
  reserved_concurrent_executions = var.reserve_concurrency ? var.order_shards * var.matcher_parallelization : -1

  environment {
    variables = merge(local.environment.every, local.environment.book, local.environment.events, {
      ORDERS_STREAM           = aws_kinesis_stream.orders.name
      TRADES_STREAM           = aws_kinesis_stream.trades.name
      SNAPSHOT_BUCKET         = local.lake_bucket
      SNAPSHOT_PREFIX         = trimsuffix(local.prefixes.snapshots, "/")
      DEAD_LETTER_BUCKET      = local.lake_bucket
      DEAD_LETTER_PREFIX      = trimsuffix(local.prefixes.dead_letters, "/")
      PARKED_PREFIX           = trimsuffix(local.prefixes.parked, "/")
      PARALLELIZATION         = tostring(var.matcher_parallelization)
      POWERTOOLS_SERVICE_NAME = local.function_names.matcher
    })
  }

  vpc_config {
    subnet_ids         = aws_subnet.private[*].id
    security_group_ids = [aws_security_group.functions.id]
  }
  tracing_config {
    mode = "Active"
  }
  logging_config {
    log_format            = "JSON"
    application_log_level = var.log_level
    log_group             = aws_cloudwatch_log_group.function["matcher"].name
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.bundles.matcher)
      error_message = "There is no ${local.bundles.matcher}: run npm install && npm run bundle first."
    }
  }

  depends_on = [aws_iam_role_policy.runtime, aws_iam_role_policy.matcher]
}

resource "aws_lambda_permission" "api_gateway" {
  for_each = {
    ingest = aws_lambda_alias.ingest.function_name
    query  = aws_lambda_alias.query.function_name
  }

  statement_id   = "ApiGateway"
  action         = "lambda:InvokeFunction"
  function_name  = each.value
  principal      = "apigateway.amazonaws.com"
  qualifier      = local.alias_name
  source_arn     = "${aws_api_gateway_rest_api.exchange.execution_arn}/*/*"
  source_account = local.account_id

  lifecycle {
    create_before_destroy = true # callers of an earlier alias keep their permission until they use the new one
  }
}
