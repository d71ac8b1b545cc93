# Lets time reach the books of a quiet market: each minute ExchangeIngest puts one AdvanceTime command
# for each instrument into the order stream. Orders with an end then expire without a trade, and a quiet
# book is still snapshot before the stream forgets it.

resource "aws_scheduler_schedule" "heartbeat" {
  name                = "exchange-heartbeat"
  description         = "Carries the time to every book"
  schedule_expression = "rate(1 minute)"
  kms_key_arn         = aws_kms_key.exchange.arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.ingest.arn
    role_arn = aws_iam_role.service["exchange-heartbeat"].arn
    input    = jsonencode({ heartbeat = true })

    # A minute that was missed is made good by the next.
    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }

  depends_on = [aws_iam_role_policy.heartbeat]
}

# The same for the function's own retries of a call that nobody waits for.
resource "aws_lambda_function_event_invoke_config" "ingest" {
  function_name                = aws_lambda_function.ingest.function_name
  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0
}
