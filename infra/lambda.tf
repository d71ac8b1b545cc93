# The three functions. Build the bundles first (npm run bundle). Terraform only uploads them.

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
    }
    book = {
      REDIS_URL        = "rediss://${local.redis_host}:${local.redis_port}"
      REDIS_SECRET_ARN = aws_secretsmanager_secret.redis.arn
    }
  }
}

resource "aws_lambda_function" "ingest" {
  function_name    = local.function_names.ingest
  description      = "POST, PATCH, DELETE: checks an order and makes it durable in KDS_Orders"
  role             = aws_iam_role.function["ingest"].arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = local.bundles.ingest
  source_code_hash = try(filebase64sha256(local.bundles.ingest), null)
  memory_size      = 512
  timeout          = 29 # API Gateway waits at most 29 seconds
  kms_key_arn      = aws_kms_key.exchange.arn

  environment {
    variables = merge(local.environment.every, local.environment.edge, {
      ORDERS_STREAM           = aws_kinesis_stream.orders.name
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
  description      = "GET: orders and trades from DynamoDB, books from the cache"
  role             = aws_iam_role.function["query"].arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = local.bundles.query
  source_code_hash = try(filebase64sha256(local.bundles.query), null)
  memory_size      = 512
  timeout          = 10
  kms_key_arn      = aws_kms_key.exchange.arn

  environment {
    variables = merge(local.environment.every, local.environment.edge, local.environment.book, {
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
  description      = "Matches the commands of KDS_Orders against the book in the cache"
  role             = aws_iam_role.function["matcher"].arn
  runtime          = "nodejs22.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = local.bundles.matcher
  source_code_hash = try(filebase64sha256(local.bundles.matcher), null)
  memory_size      = 1769 # one whole vCPU
  timeout          = 60
  kms_key_arn      = aws_kms_key.exchange.arn

  # One invocation for each reader of a shard. A further one could only be a leftover of an earlier reader.
  reserved_concurrent_executions = var.order_shards * var.matcher_parallelization

  environment {
    variables = merge(local.environment.every, local.environment.book, {
      ORDERS_STREAM           = aws_kinesis_stream.orders.name
      TRADES_STREAM           = aws_kinesis_stream.trades.name
      SNAPSHOT_BUCKET         = local.lake_bucket
      SNAPSHOT_PREFIX         = trimsuffix(local.prefixes.snapshots, "/")
      DEAD_LETTER_BUCKET      = local.lake_bucket
      DEAD_LETTER_PREFIX      = trimsuffix(local.prefixes.dead_letters, "/")
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

# If Lambda gives up a record, the book lacks its commands. So Lambda retries for nearly the whole retention
# of the stream. It never splits a batch. The matcher reports the first record that failed, and everything
# from there is delivered again, in order.
resource "aws_lambda_event_source_mapping" "matcher" {
  event_source_arn  = var.enhanced_fan_out ? aws_kinesis_stream_consumer.matcher[0].arn : aws_kinesis_stream.orders.arn
  function_name     = aws_lambda_function.matcher.arn
  starting_position = "TRIM_HORIZON"

  batch_size                         = var.matcher_batch_size
  maximum_batching_window_in_seconds = 0
  parallelization_factor             = var.matcher_parallelization

  function_response_types        = ["ReportBatchItemFailures"]
  bisect_batch_on_function_error = false
  maximum_retry_attempts         = 10000
  maximum_record_age_in_seconds  = var.stream_retention_hours * 3600 - 3600

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.matcher_failures.arn
    }
  }
}

resource "aws_lambda_permission" "api_gateway" {
  for_each = {
    ingest = aws_lambda_function.ingest.function_name
    query  = aws_lambda_function.query.function_name
  }

  statement_id   = "ApiGateway"
  action         = "lambda:InvokeFunction"
  function_name  = each.value
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_api_gateway_rest_api.exchange.execution_arn}/*/*"
  source_account = local.account_id
}
