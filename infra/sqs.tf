# Queues for operators: lines of the order stream that are not commands (the bucket reports each new object under
# dead-letters/), and batches that Lambda gave up.

resource "aws_sqs_queue" "dead_letters" {
  name                      = "ExchangeDeadLetters"
  message_retention_seconds = 1209600 # 14 days, the longest; the bytes stay in the bucket
  kms_master_key_id         = aws_kms_key.exchange.id
}

resource "aws_sqs_queue" "matcher_failures" {
  name                      = "ExchangeMatcherFailures"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.exchange.id
}

resource "aws_sqs_queue" "notifier_failures" {
  count = local.market_count

  name                      = "ExchangeNotifierFailures"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.exchange.id
}

data "aws_iam_policy_document" "dead_letters_queue" {
  statement {
    sid       = "FromTheBucket"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_s3_bucket.lake.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id
  policy    = data.aws_iam_policy_document.dead_letters_queue.json
}
