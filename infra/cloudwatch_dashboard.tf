# One page. A row of the tables below is a widget: title, statistic, metrics. The titles are those of the dashboard of
# Grafana for one machine. test/generated/metric-panels.ts has the list, docs/operate/monitoring.md what each means.

locals {
  of_functions = { for key, name in local.functions : key => ["FunctionName", name] }

  # Orders, latency, log, store
  trading_widgets = [
    ["Orders by outcome", "Sum", [
      [local.service_name, "ordersIn", "service", local.function_names.ingest],
      [local.service_name, "ordersMatched", "service", local.function_names.matcher],
      [local.service_name, "duplicates", "service", local.function_names.matcher],
    ]],
    ["Trades", "Sum", [[local.service_name, "trades", "service", local.function_names.matcher]]],
    ["Rejects by reason", "Sum", [[local.service_name, "ordersRejected", "service", local.function_names.matcher]]],
    ["Problems by code", "Sum", concat(
      [for metric in ["4XXError", "5XXError"] : ["AWS/ApiGateway", metric, "ApiName", "exchange", "Stage", "v1"]],
      [[local.service_name, "ordersOverloaded", "service", local.function_names.ingest]],
    )],
    ["Requests", "Sum", [["AWS/ApiGateway", "Count", "ApiName", "exchange", "Stage", "v1"]]],
    ["Request latency", "p99", [["AWS/ApiGateway", "Latency", "ApiName", "exchange", "Stage", "v1"]]],

    ["Commands per sync", "Maximum", [[local.service_name, "batchSize", "service", local.function_names.matcher]]],
    ["Log growth", "Sum", [for name in values(local.stream_names) : ["AWS/Kinesis", "IncomingRecords", "StreamName", name]]],
    ["Lag behind the log", "Maximum", concat(
      [
        [local.service_name, "streamLagMs", "service", local.function_names.matcher],
        concat(["AWS/Lambda", "IteratorAge"], local.of_functions.matcher),
      ],
      [for name in values(local.stream_names) : ["AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "StreamName", name]],
    )],
    ["Streams throttled", "Sum", [for pair in setproduct(["WriteProvisionedThroughputExceeded", "ReadProvisionedThroughputExceeded"], values(local.stream_names)) : ["AWS/Kinesis", pair[0], "StreamName", pair[1]]]],

    ["Commit latency", "p99", [for metric in ["commitMs", "publishMs", "loadMs"] : [local.service_name, metric, "service", local.function_names.matcher]]],
    ["Uncommitted events", "Maximum", [[local.service_name, "unpublishedEvents", "service", local.function_names.matcher]]],
    ["Commit failures", "Sum", [for metric in ["failedBatches", "staleCommits"] : [local.service_name, metric, "service", local.function_names.matcher]]],
    ["Snapshots", "Sum", [for metric in ["checkpoints", "failedCheckpoints"] : [local.service_name, metric, "service", local.function_names.matcher]]],
    ["Recoveries and parked symbols", "Sum", [for metric in ["recoveries", "symbolsRecovering", "symbolsParked", "streamGaps"] : [local.service_name, metric, "service", local.function_names.matcher]]],
    ["Redis faults", "Sum", [for metric in ["cacheFull", "cacheDenied", "cacheMoved", "cacheLost", "cacheUnreachable"] : [local.service_name, metric, "service", local.function_names.matcher]]],
    ["Redis processor and memory", "Maximum", [for pair in setproduct(["EngineCPUUtilization", "CPUUtilization", "DatabaseMemoryUsagePercentage"], local.redis_node_ids) : ["AWS/ElastiCache", pair[0], "CacheClusterId", pair[1]]]],
    ["Redis evictions and connections", "Maximum", [for pair in setproduct(["Evictions", "CurrConnections"], local.redis_node_ids) : ["AWS/ElastiCache", pair[0], "CacheClusterId", pair[1]]]],
    ["DynamoDB consumed", "Sum", [for pair in setproduct(["ConsumedWriteCapacityUnits", "ConsumedReadCapacityUnits"], values(local.tables)) : ["AWS/DynamoDB", pair[0], "TableName", pair[1]]]],
    ["DynamoDB throttled", "Sum", [for pair in setproduct(["WriteThrottleEvents", "ReadThrottleEvents"], values(local.tables)) : ["AWS/DynamoDB", pair[0], "TableName", pair[1]]]],
  ]

  market_widgets = [
    ["WebSocket clients", "Sum", [
      ["AWS/ApiGateway", "ConnectCount", "ApiId", one(aws_apigatewayv2_api.socket[*].id), "Stage", local.socket_stage],
      [local.service_name, "followers", "service", local.function_names.notifier],
    ]],
    ["Messages of clients", "Sum", [
      ["AWS/ApiGateway", "MessageCount", "ApiId", one(aws_apigatewayv2_api.socket[*].id), "Stage", local.socket_stage],
      [local.service_name, "messagesPushed", "service", local.function_names.notifier],
    ]],
    ["Lost clients", "Sum", concat(
      [for metric in ["ClientError", "IntegrationError", "ExecutionError"] : ["AWS/ApiGateway", metric, "ApiId", one(aws_apigatewayv2_api.socket[*].id), "Stage", local.socket_stage]],
      [for metric in ["connectionsGone", "pushFailures"] : [local.service_name, metric, "service", local.function_names.notifier]],
    )],
    ["Market data lag", "Maximum", [
      [local.service_name, "notifierLagMs", "service", local.function_names.notifier],
      ["AWS/Lambda", "IteratorAge", "FunctionName", local.function_names.notifier],
    ]],
    ["Market data work", "Sum", [[local.service_name, "marketRestarts", "service", local.function_names.notifier]]],
    ["Events given up", "Maximum", [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "ExchangeNotifierFailures"]]],
  ]

  # Lake, functions
  service_widgets = [
    ["Lake lag", "Maximum", [for name in concat(keys(local.lake_sources), ["commands"]) : ["AWS/Firehose", "DeliveryToS3.DataFreshness", "DeliveryStreamName", "exchange-${name}"]]],
    ["Lake writes", "Sum", [[local.service_name, "lakeRows", "service", local.function_names.lake]]],
    ["Lake failures", "Sum", concat(
      [[local.service_name, "lakeRecordsRefused", "service", local.function_names.lake]],
      [for name in keys(local.lake_sources) : ["AWS/Firehose", "FailedConversion.Records", "DeliveryStreamName", "exchange-${name}"]],
    )],
    ["Given up and dead letters", "Maximum", concat(
      [[local.service_name, "deadLetters", "service", local.function_names.matcher]],
      [for queue in [aws_sqs_queue.matcher_failures.name, aws_sqs_queue.dead_letters.name] : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue]],
    )],

    ["Health", "Sum", [for pair in values(local.of_functions) : concat(["AWS/Lambda", "Errors"], pair)]],
    ["Processor", "p99", [for pair in values(local.of_functions) : concat(["AWS/Lambda", "Duration"], pair)]],
    ["Function concurrency", "Maximum", [for pair in setproduct(["ConcurrentExecutions", "Throttles"], values(local.of_functions)) : concat(["AWS/Lambda", pair[0]], pair[1])]],
  ]

  widgets = concat(local.trading_widgets, [for widget in local.market_widgets : widget if var.market_data], local.service_widgets)
}

resource "aws_cloudwatch_dashboard" "exchange" {
  dashboard_name = local.dashboard_name

  dashboard_body = jsonencode({
    widgets = [
      for index, widget in local.widgets : {
        type   = "metric"
        x      = (index % 3) * 8
        y      = floor(index / 3) * 6
        width  = 8
        height = 6
        properties = {
          title   = widget[0]
          region  = var.aws_region
          view    = "timeSeries"
          period  = 60
          stat    = widget[1]
          metrics = widget[2]
        }
      }
    ]
  })
}
