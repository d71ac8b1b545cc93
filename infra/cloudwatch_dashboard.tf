# One page: the metrics of the exchange itself, then the path of an order from the API to the lake.
# A row of the table below is a widget: title, statistic, metrics.

locals {
  of_functions = { for key, name in local.functions : key => ["FunctionName", name] }

  exchange_widgets = [
    ["Orders and trades", "Sum", [
      [local.service_name, "ordersIn", "service", local.function_names.ingest],
      [local.service_name, "ordersMatched", "service", local.function_names.matcher],
      [local.service_name, "ordersRejected", "service", local.function_names.matcher],
      [local.service_name, "trades", "service", local.function_names.matcher],
    ]],
    ["Behind the stream, ms", "Maximum", [
      [local.service_name, "streamLagMs", "service", local.function_names.matcher],
      concat(["AWS/Lambda", "IteratorAge"], local.of_functions.matcher),
    ]],
    ["Commit and publish, ms", "p99", [
      [local.service_name, "commitMs", "service", local.function_names.matcher],
      [local.service_name, "publishMs", "service", local.function_names.matcher],
    ]],
    ["Unpublished events, batches, failures, recoveries", "Maximum", [
      [local.service_name, "unpublishedEvents", "service", local.function_names.matcher],
      [local.service_name, "batchSize", "service", local.function_names.matcher],
      [local.service_name, "failedBatches", "service", local.function_names.matcher],
      [local.service_name, "recoveries", "service", local.function_names.matcher],
    ]],
    ["API requests", "Sum", [for metric in ["Count", "4XXError", "5XXError"] : ["AWS/ApiGateway", metric, "ApiName", "exchange", "Stage", "v1"]]],
    ["API latency, ms", "p99", [["AWS/ApiGateway", "Latency", "ApiName", "exchange", "Stage", "v1"]]],
    ["Kinesis records in", "Sum", [for name in values(local.stream_names) : ["AWS/Kinesis", "IncomingRecords", "StreamName", name]]],
    ["Kinesis iterator age, ms", "Maximum", [for name in values(local.stream_names) : ["AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "StreamName", name]]],
    ["Kinesis throttled", "Sum", [for pair in setproduct(["WriteProvisionedThroughputExceeded", "ReadProvisionedThroughputExceeded"], values(local.stream_names)) : ["AWS/Kinesis", pair[0], "StreamName", pair[1]]]],
    ["Lambda errors", "Sum", [for pair in values(local.of_functions) : concat(["AWS/Lambda", "Errors"], pair)]],
    ["Lambda duration, ms", "p99", [for pair in values(local.of_functions) : concat(["AWS/Lambda", "Duration"], pair)]],
    ["Lambda concurrency", "Maximum", [for pair in values(local.of_functions) : concat(["AWS/Lambda", "ConcurrentExecutions"], pair)]],
    ["Lambda throttles", "Sum", [for pair in values(local.of_functions) : concat(["AWS/Lambda", "Throttles"], pair)]],
    ["DynamoDB consumed", "Sum", [for pair in setproduct(["ConsumedWriteCapacityUnits", "ConsumedReadCapacityUnits"], values(local.tables)) : ["AWS/DynamoDB", pair[0], "TableName", pair[1]]]],
    ["DynamoDB throttled", "Sum", [for pair in setproduct(["WriteThrottleEvents", "ReadThrottleEvents"], values(local.tables)) : ["AWS/DynamoDB", pair[0], "TableName", pair[1]]]],
    ["Redis CPU and memory, %", "Maximum", [for pair in setproduct(["EngineCPUUtilization", "CPUUtilization", "DatabaseMemoryUsagePercentage"], local.redis_node_ids) : ["AWS/ElastiCache", pair[0], "CacheClusterId", pair[1]]]],
    ["Redis evictions and connections", "Maximum", [for pair in setproduct(["Evictions", "CurrConnections"], local.redis_node_ids) : ["AWS/ElastiCache", pair[0], "CacheClusterId", pair[1]]]],
    ["Lake: delay of delivery, s", "Maximum", [for name in concat(keys(local.lake_sources), ["commands"]) : ["AWS/Firehose", "DeliveryToS3.DataFreshness", "DeliveryStreamName", "exchange-${name}"]]],
    ["Lake: rows, records without their rows", "Sum", concat(
      [for metric in ["lakeRows", "lakeRecordsRefused"] : [local.service_name, metric, "service", local.function_names.lake]],
      [for name in keys(local.lake_sources) : ["AWS/Firehose", "FailedConversion.Records", "DeliveryStreamName", "exchange-${name}"]],
    )],
    ["Given up and dead letters", "Maximum", [for queue in [aws_sqs_queue.matcher_failures.name, aws_sqs_queue.dead_letters.name] : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue]]],
  ]

  market_widgets = [
    ["Socket: connections begun, messages, errors", "Sum", [for metric in ["ConnectCount", "MessageCount", "ClientError", "IntegrationError", "ExecutionError"] : ["AWS/ApiGateway", metric, "ApiId", one(aws_apigatewayv2_api.socket[*].id), "Stage", local.socket_stage]]],
    ["Notifier: messages to followers, failures, snapshots", "Sum", [for metric in ["messagesPushed", "pushFailures", "connectionsGone", "marketRestarts"] : [local.service_name, metric, "service", local.function_names.notifier]]],
    ["Notifier: behind the events, ms", "Maximum", [
      [local.service_name, "notifierLagMs", "service", local.function_names.notifier],
      ["AWS/Lambda", "IteratorAge", "FunctionName", local.function_names.notifier],
    ]],
    ["Events given up", "Maximum", [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "ExchangeNotifierFailures"]]],
  ]

  widgets = concat(local.exchange_widgets, [for widget in local.market_widgets : widget if var.market_data])
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
