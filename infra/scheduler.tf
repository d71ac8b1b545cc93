# Lets time reach the books of a quiet market: each minute one AdvanceTime command for each
# instrument, straight into the order stream. Orders with an end then expire without a trade, and a
# quiet book is still snapshot before the stream forgets it. No function runs for it.

resource "aws_scheduler_schedule" "heartbeat" {
  for_each = { for row in var.instruments : row.symbol => row }

  name                = "exchange-heartbeat-${each.key}"
  description         = "AdvanceTime for ${each.key}"
  schedule_expression = "rate(1 minute)"
  kms_key_arn         = aws_kms_key.exchange.arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_kinesis_stream.orders.arn
    role_arn = aws_iam_role.service["exchange-heartbeat"].arn
    input    = jsonencode({ kind = "AdvanceTime", symbol = each.key })

    kinesis_parameters {
      partition_key = each.key
    }
    # A minute that was missed is made good by the next.
    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }

  depends_on = [aws_iam_role_policy.heartbeat]
}
