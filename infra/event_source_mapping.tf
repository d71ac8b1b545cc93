# Two mappings.
#
# One delivers KDS_Orders to the matcher. Lambda repeats a failed batch without end. It never splits
# a batch and never skips a record. The matcher reports the first record that failed, and everything from there
# is delivered again, in order.
#
# The other delivers KDS_Events to the notifier. Its records are worth little after a minute, so they are not repeated
# for long: followers get snapshots instead, and candles and fills are completed from the table Trades.

locals {
  # What a new mapping reads again. Records that were matched before are skipped.
  mapping_overlap = "15m"
}

resource "aws_lambda_event_source_mapping" "matcher" {
  event_source_arn = var.enhanced_fan_out ? aws_kinesis_stream_consumer.matcher[0].arn : aws_kinesis_stream.orders.arn
  function_name    = aws_lambda_alias.matcher.arn

  # A mapping cannot move to another source: when enhanced_fan_out is switched, Terraform replaces it. The new one
  # begins shortly before the plan was made, not at the beginning of the stream, which would stop trading until
  # the whole retention is read again. A matcher that was further behind finds the gap and reads the records
  # between from the stream.
  starting_position           = "AT_TIMESTAMP"
  starting_position_timestamp = timeadd(plantimestamp(), "-${local.mapping_overlap}")

  batch_size                         = var.matcher_batch_size
  maximum_batching_window_in_seconds = 0
  parallelization_factor             = var.matcher_parallelization

  function_response_types        = ["ReportBatchItemFailures"]
  bisect_batch_on_function_error = false
  maximum_retry_attempts         = -1
  maximum_record_age_in_seconds  = -1

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.matcher_failures.arn
    }
  }

  lifecycle {
    # The position of a mapping that exists is its own. Without this line each plan would replace the mapping.
    ignore_changes = [starting_position, starting_position_timestamp]
  }
}

resource "aws_lambda_event_source_mapping" "notifier" {
  count = local.market_count

  event_source_arn = var.market_fan_out ? aws_kinesis_stream_consumer.notifier[0].arn : aws_kinesis_stream.events.arn
  function_name    = aws_lambda_alias.notifier[0].arn

  starting_position           = "AT_TIMESTAMP"
  starting_position_timestamp = timeadd(plantimestamp(), "-${local.mapping_overlap}")

  batch_size                         = 100
  maximum_batching_window_in_seconds = 0

  bisect_batch_on_function_error = true
  maximum_retry_attempts         = 3
  maximum_record_age_in_seconds  = 60

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.notifier_failures[0].arn
    }
  }

  lifecycle {
    ignore_changes = [starting_position, starting_position_timestamp]
  }
}
