# An alarm for each failure that has a remedy in docs/operate/troubleshooting.md. All alarms go to one
# topic. Missing data means no failure, except where it means that the exchange reports nothing at all.

locals {
  of_matcher = { FunctionName = local.function_names.matcher }
  of_service = { service = local.function_names.matcher }

  alarms = {
    # Lambda Timeout Errors
    matcher-slow = {
      namespace = "AWS/Lambda", metric = "Duration", statistic = "Maximum", dimensions = local.of_matcher
      threshold = 45000, minutes = 5, of = 1
      text      = "A batch took three quarters of the matcher's 60 seconds"
    }
    matcher-errors = {
      namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", dimensions = local.of_matcher
      threshold = 0, minutes = 5, of = 3
      text      = "The matcher fails or times out"
    }
    ingest-errors = {
      namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", dimensions = { FunctionName = local.function_names.ingest }
      threshold = 0, minutes = 5, of = 1
      text      = "The ingest function fails"
    }
    query-errors = {
      namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", dimensions = { FunctionName = local.function_names.query }
      threshold = 0, minutes = 5, of = 1
      text      = "The query function fails"
    }
    api-5xx = {
      namespace = "AWS/ApiGateway", metric = "5XXError", statistic = "Sum", dimensions = { ApiName = "exchange", Stage = "v1" }
      threshold = 5, minutes = 5, of = 1
      text      = "The API answers with server errors"
    }

    # Kinesis Iterator Age High
    iterator-age = {
      namespace = "AWS/Lambda", metric = "IteratorAge", statistic = "Maximum", dimensions = local.of_matcher
      threshold = 60000, minutes = 1, of = 5
      text      = "The matcher is more than a minute behind the order stream"
    }
    iterator-age-severe = {
      namespace = "AWS/Lambda", metric = "IteratorAge", statistic = "Maximum", dimensions = local.of_matcher
      threshold = var.stream_retention_hours * 3600 * 1000 / 4, minutes = 5, of = 1
      text      = "The matcher is a quarter of the stream's retention behind. Beyond the whole retention orders are lost"
    }
    matcher-throttles = {
      namespace = "AWS/Lambda", metric = "Throttles", statistic = "Sum", dimensions = local.of_matcher
      threshold = 0, minutes = 5, of = 3
      text      = "The concurrency limit prevents a matcher for each shard"
    }
    matcher-gave-up = {
      namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum"
      threshold = 0, minutes = 5, of = 1, dimensions = { QueueName = aws_sqs_queue.matcher_failures.name }
      text      = "Lambda gave up on a batch: commands are missing from a book"
    }
    dead-letters = {
      # Not the queue's length: S3 puts a test event there at the first apply.
      namespace = local.service_name, metric = "deadLetters", statistic = "Sum", dimensions = local.of_service
      threshold = 0, minutes = 5, of = 1
      text      = "A line of the order stream was no command"
    }
    symbol-parked = {
      namespace = local.service_name, metric = "symbolsParked", statistic = "Sum", dimensions = local.of_service
      threshold = 0, minutes = 5, of = 1
      text      = "A symbol is parked, or waits for a newer matcher, and does not trade. npm run parked names it (docs/operate/parked-symbols.md)"
    }
    symbol-recovering = {
      namespace = local.service_name, metric = "symbolsRecovering", statistic = "Sum", dimensions = local.of_service
      threshold = 0, minutes = 5, of = 3
      text      = "A lost book has not been rebuilt after 15 minutes"
    }
    stream-gap = {
      namespace = local.service_name, metric = "streamGaps", statistic = "Sum", dimensions = local.of_service
      threshold = 0, minutes = 5, of = 1
      text      = "Records of the order stream were skipped and are lost. The symbols of the shard are parked"
    }
    orders-stream-throttled = {
      namespace = "AWS/Kinesis", metric = "WriteProvisionedThroughputExceeded", statistic = "Sum"
      threshold = 0, minutes = 5, of = 3, dimensions = { StreamName = local.stream_names.orders }
      text      = "More orders arrive than the shards of KDS_Orders accept"
    }
    events-stream-throttled = {
      namespace = "AWS/Kinesis", metric = "WriteProvisionedThroughputExceeded", statistic = "Sum"
      threshold = 0, minutes = 5, of = 3, dimensions = { StreamName = local.stream_names.events }
      text      = "More events arrive than the shards of KDS_Events accept: matching waits"
    }

    # Redis Connection Errors
    redis-unreachable = {
      namespace = local.service_name, metric = "commitMs", statistic = "SampleCount", dimensions = local.of_service
      threshold = 0, minutes = 5, of = 3, below = true, missing = "breaching"
      text      = "Nothing was committed to the cache for 15 minutes, although the heartbeat sends a command every 5 minutes at least"
    }
    redis-rebuilt = {
      namespace = local.service_name, metric = "recoveries", statistic = "Sum", dimensions = local.of_service
      threshold = 0, minutes = 5, of = 1
      text      = "A book was lost from the cache and rebuilt"
    }
    redis-full = {
      namespace = local.service_name, metric = "cacheFull", statistic = "Sum", dimensions = local.of_service
      threshold = 0, minutes = 5, of = 1
      text      = "The cache is full and refuses commits: matching waits. It needs a larger node"
    }
    redis-denied = {
      namespace = local.service_name, metric = "cacheDenied", statistic = "Sum", dimensions = local.of_service
      threshold = 0, minutes = 5, of = 2
      text      = "The cache refuses the token or a command for ten minutes: matching waits"
    }
    redis-moved = {
      namespace = local.service_name, metric = "cacheMoved", statistic = "Sum", dimensions = local.of_service
      threshold = 0, minutes = 5, of = 2
      text      = "Another node of the cache has the keys, or this one is a replica, for ten minutes: matching waits"
    }
    redis-book-lost = {
      namespace = local.service_name, metric = "cacheLost", statistic = "Sum", dimensions = local.of_service
      threshold = 0, minutes = 5, of = 1
      text      = "The cache lost a part of a book, which is rebuilt. Find out who deleted it"
    }

    # The matcher's own metrics, and the lake
    matcher-batches-fail = {
      # Lambda does not count a batch that the matcher reports as failed as an error.
      namespace = local.service_name, metric = "failedBatches", statistic = "Sum", dimensions = local.of_service
      threshold = 0, minutes = 5, of = 2
      text      = "Batches have failed and been retried for ten minutes: the cache, DynamoDB, KDS_Trades or KDS_Events refuses writes"
    }
    lake-errors = {
      namespace = "AWS/Lambda", metric = "Errors", statistic = "Sum", dimensions = { FunctionName = local.function_names.lake }
      threshold = 0, minutes = 5, of = 3
      text      = "The lake function has failed for 15 minutes: Firehose repeats, and the lake is late"
    }
    lake-records-refused = {
      namespace = local.service_name, metric = "lakeRecordsRefused", statistic = "Sum", dimensions = { service = local.function_names.lake }
      threshold = 0, minutes = 5, of = 1
      text      = "The lake function cannot read records: they are under errors/, and their rows are missing from the lake"
    }
    lake-unreadable-orders = {
      namespace = "AWS/Firehose", metric = "FailedConversion.Records", statistic = "Sum"
      threshold = 0, minutes = 5, of = 1, dimensions = { DeliveryStreamName = "exchange-orders" }
      text      = "Rows of orders could not be converted to Parquet: they are under errors/"
    }
    lake-unreadable-trades = {
      namespace = "AWS/Firehose", metric = "FailedConversion.Records", statistic = "Sum"
      threshold = 0, minutes = 5, of = 1, dimensions = { DeliveryStreamName = "exchange-trades" }
      text      = "Rows of trades could not be converted to Parquet: they are under errors/"
    }
    lake-late-orders = {
      namespace = "AWS/Firehose", metric = "DeliveryToS3.DataFreshness", statistic = "Maximum"
      threshold = 1800, minutes = 5, of = 3, dimensions = { DeliveryStreamName = "exchange-orders" }
      text      = "Rows of orders reach the lake more than half an hour late"
    }
    lake-late-commands = {
      namespace = "AWS/Firehose", metric = "DeliveryToS3.DataFreshness", statistic = "Maximum"
      threshold = 1800, minutes = 5, of = 3, dimensions = { DeliveryStreamName = "exchange-commands" }
      text      = "Commands reach the bucket more than half an hour late. The stream keeps them for its retention only"
    }
    lake-late-trades = {
      namespace = "AWS/Firehose", metric = "DeliveryToS3.DataFreshness", statistic = "Maximum"
      threshold = 1800, minutes = 5, of = 3, dimensions = { DeliveryStreamName = "exchange-trades" }
      text      = "Rows of trades reach the lake more than half an hour late"
    }
  }

  # Alarms for each node, because after a failover the replica serves.
  redis_alarms = {
    redis-cpu = {
      metric    = "EngineCPUUtilization", statistic = "Average"
      threshold = 80, minutes = 5, of = 3
      text      = "The cache's processor is above 80 percent"
    }
    redis-memory = {
      metric    = "DatabaseMemoryUsagePercentage", statistic = "Maximum"
      threshold = 75, minutes = 5, of = 3
      text      = "The cache is three quarters full. When full it refuses commits"
    }
    redis-evictions = {
      metric    = "Evictions", statistic = "Sum"
      threshold = 0, minutes = 5, of = 1
      text      = "The cache evicted keys although its policy is noeviction: its parameter group was changed"
    }
  }
  redis_alarms_by_node = merge([
    for node in local.redis_node_ids : {
      for key, alarm in local.redis_alarms : replace(node, local.redis_id, key) => merge(alarm, {
        namespace  = "AWS/ElastiCache"
        dimensions = { CacheClusterId = node }
      })
    }
  ]...)
}

resource "aws_cloudwatch_metric_alarm" "exchange" {
  for_each = merge(local.alarms, local.redis_alarms_by_node, { for key, alarm in local.market_alarms : key => alarm if var.market_data })

  alarm_name          = "exchange-${each.key}"
  alarm_description   = each.value.text
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = try(each.value.below, false) ? "LessThanOrEqualToThreshold" : "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = each.value.minutes * 60
  evaluation_periods  = each.value.of
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "dynamodb_throttled" {
  for_each = local.tables # DynamoDB Throttling

  alarm_name          = "exchange-dynamodb-throttled-${each.value}"
  alarm_description   = "DynamoDB refuses writes to ${each.value}: look for a hot partition"
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  dimensions          = { TableName = each.value }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
