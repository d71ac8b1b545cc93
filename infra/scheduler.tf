# Two schedules.
#
# The heartbeat advances the time of the books in a quiet market. Each minute ExchangeIngest puts an AdvanceTime command
# into the order stream for each instrument that needs one. So orders expire on time without other commands, and a book
# gets a snapshot before its records leave the stream. A shard without orders gets a command every 4 to 5 minutes.
#
# The sweep ends connections whose $disconnect was lost, and cancels the orders that they asked to cancel. It also wakes
# the notifier for followers that lack something, if nothing else happens in their shard.

resource "aws_scheduler_schedule" "heartbeat" {
  name                = "exchange-heartbeat"
  description         = "Advances the time of every book"
  schedule_expression = "rate(1 minute)"
  kms_key_arn         = aws_kms_key.exchange.arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_alias.ingest.arn
    role_arn = aws_iam_role.service["exchange-heartbeat"].arn
    input    = jsonencode({ heartbeat = true })

    # If a run fails, the next run has the same effect.
    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }

  depends_on = [aws_iam_role_policy.heartbeat]
}

# For the same reason Lambda does not retry this asynchronous call.
resource "aws_lambda_function_event_invoke_config" "ingest" {
  function_name                = aws_lambda_alias.ingest.function_name
  qualifier                    = aws_lambda_alias.ingest.name
  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0
}

resource "aws_scheduler_schedule" "sweep" {
  count = local.market_count

  name                = "exchange-sweep"
  description         = "Ends connections that are gone, and wakes the notifier for followers that lack something"
  schedule_expression = "rate(1 minute)"
  kms_key_arn         = aws_kms_key.exchange.arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_alias.socket["disconnect"].arn
    role_arn = aws_iam_role.service["exchange-sweep"].arn
    input    = jsonencode({ sweep = true })

    # If a run fails, the next run has the same effect.
    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }

  depends_on = [aws_iam_role_policy.sweep]
}

resource "aws_lambda_function_event_invoke_config" "disconnect" {
  count = local.market_count

  function_name                = aws_lambda_alias.socket["disconnect"].function_name
  qualifier                    = aws_lambda_alias.socket["disconnect"].name
  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0
}
